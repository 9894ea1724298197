'use client'
import { useMemo, type ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit } from '../../provider/kit-context.ts'
import { useMessages } from '../../provider/use-messages.ts'
import { outputMessages } from '../messages.ts'
import { readOutput } from '../model/read-output.ts'
import { TaskOutputContext, type TaskOutputState } from './task-output-context.ts'

export interface TaskOutputRootProps extends PartProps<'section', TaskOutputState> {
  /** A run's `output` or `partialOutput`: any JSON. Not changed, and never run as code. */
  output: unknown
  /** Whether it is a preview, which the result will replace in the same frame. @defaultValue false */
  partial?: boolean | undefined
  /** Alternative text of its pictures, such as the prompt. @defaultValue 'Result of the run' */
  alt?: string | undefined
  /** Accessible name. @defaultValue 'Result' */
  label?: string | undefined
}

/** Holds an output and decides what it is. Renders a `<section>`. */
export function TaskOutputRoot({ output, partial = false, alt, label, ...props }: TaskOutputRootProps): ReactNode {
  const { locale } = useKit()
  const messages = useMessages('output', outputMessages)
  const view = useMemo(() => readOutput(output), [output])
  const state = useMemo(() => ({ kind: view.kind, partial }), [view, partial])
  const value = useMemo(
    () => ({ view, state, alt: alt || messages.imageAlt, locale, messages }),
    [view, state, alt, locale, messages],
  )
  const root = usePart('section', 'task-output', state, props, {
    'aria-label': label ?? messages.label,
    'aria-busy': partial || undefined,
  })
  return <TaskOutputContext value={value}>{root}</TaskOutputContext>
}
