'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useTaskOutput, type TaskOutputState } from './task-output-context.ts'

export type TaskOutputPreviewProps = PartProps<'span', TaskOutputState>

/** Says that what is shown will be replaced. Renders nothing otherwise, else a `<span>`. */
export function TaskOutputPreview(props: TaskOutputPreviewProps): ReactNode {
  const { state, messages } = useTaskOutput('Preview')
  const chip = usePart('span', 'task-output-preview', state, props, { children: messages.preview })
  return state.partial ? chip : null
}
