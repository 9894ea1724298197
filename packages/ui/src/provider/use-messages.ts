'use client'
import { useMemo } from 'react'
import { useKit } from './kit-context.ts'
import type { Messages } from './messages.ts'

/** The words of one component: its English defaults under what the provider replaces. */
export function useMessages<Section extends keyof Messages>(
  section: Section,
  defaults: Messages[Section],
): Messages[Section] {
  const replaced = useKit().messages[section]
  return useMemo(() => (replaced ? { ...defaults, ...replaced } : defaults), [defaults, replaced])
}
