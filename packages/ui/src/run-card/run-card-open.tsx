'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useRunCard, type RunCardState } from './run-card-context.ts'

export type RunCardOpenProps = PartProps<'button', RunCardState>

/** Opens the run. Renders nothing without `onOpen`, else a `<button>`. */
export function RunCardOpen(props: RunCardOpenProps): ReactNode {
  const { state, label, onOpen, messages } = useRunCard('Open')
  const button = usePart('button', 'run-card-open', state, props, {
    'aria-label': label === undefined ? undefined : messages.openOf(label),
    onClick: onOpen,
    children: messages.open,
  })
  return onOpen ? button : null
}
