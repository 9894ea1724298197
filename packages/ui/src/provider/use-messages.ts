'use client'
import { useMemo } from 'react'
import { useKit } from './kit-context.ts'
import { mergeMessages } from './merge-messages.ts'
import type { Messages } from './messages.ts'

/** The texts of one component: the provider's, with English defaults. */
export function useMessages<Section extends keyof Messages>(
  section: Section,
  defaults: Messages[Section],
): Messages[Section] {
  const replaced = useKit().messages[section]
  return useMemo(() => mergeMessages(defaults, replaced), [defaults, replaced])
}
