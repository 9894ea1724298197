'use client'
import { useMemo } from 'react'
import { useKit } from './kit-context.ts'
import { mergeMessages } from './merge-messages.ts'
import type { Messages } from './messages.ts'

/** The texts of one component, or of a part of it: the provider's, with English defaults. */
export function useMessages<Section extends keyof Messages, Texts extends Partial<Messages[Section]>>(
  section: Section,
  defaults: Texts,
): Texts {
  const replaced = useKit().messages[section]
  return useMemo(() => mergeMessages(defaults, replaced), [defaults, replaced])
}
