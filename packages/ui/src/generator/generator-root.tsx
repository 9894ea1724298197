'use client'
import {
  phaseOf,
  useStream,
  useStreamSelector,
  type AppRef,
  type TaskResult,
  type TaskState,
  type UseStreamOptions,
} from '@inferstream/react'
import { useCallback, useId, useMemo, useState, type ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { isEnded } from '../progress-display/run-source.ts'
import { shallowEqual } from '../progress-display/shallow-equal.ts'
import { useMessages } from '../provider/use-messages.ts'
import {
  GeneratorContext,
  type GeneratorContextValue,
  type GeneratorInput,
  type GeneratorState,
} from './generator-context.ts'
import { generatorMessages } from './messages.ts'

export interface GeneratorRootProps extends Omit<PartProps<'div', GeneratorState>, 'children'> {
  /** The app that Submit runs. Without it, the children call `run` with a config. */
  app?: string | AppRef<unknown, unknown> | undefined
  /** Initial values of the form. Later input is kept, however the run ends. */
  initialInput?: GeneratorInput | undefined
  /** Key under which a reload finds this run; see `useStream`. */
  resume?: UseStreamOptions['resume']
  onComplete?: ((result: TaskResult) => void) | undefined
  children?: ReactNode | ((stream: GeneratorContextValue['stream']) => ReactNode)
}

const noInput: GeneratorInput = {}

/** Owns one run and its input. Renders a `<div>`. */
export function GeneratorRoot({
  app,
  initialInput = noInput,
  resume,
  onComplete,
  children,
  ...props
}: GeneratorRootProps): ReactNode {
  const stream = useStream({ ...(resume !== undefined && { resume }), ...(onComplete && { onComplete }) })
  const messages = useMessages('generator', generatorMessages)
  const outputLabelId = useId()
  const [input, setInput] = useState(initialInput)
  const state = useStreamSelector(stream, generatorState, shallowEqual)
  const { run, retry: runAgain } = stream
  const [submitted, setSubmitted] = useState(false)
  const submit = useCallback(() => {
    if (app === undefined) return
    setSubmitted(true)
    void run({ app, input })
  }, [run, app, input])
  const retry = useCallback(() => {
    // After a reload the input of the run is unknown, so the form's input is used.
    if (submitted || app === undefined) void runAgain()
    else submit()
  }, [submitted, app, runAgain, submit])
  const appName = typeof app === 'object' ? app.ref : app
  const value = useMemo(
    () => ({ stream, state, app: appName, input, setInput, submit, retry, messages, outputLabelId }),
    [stream, state, appName, input, submit, retry, messages, outputLabelId],
  )
  const root = usePart('div', 'generator', state, props, {
    children: typeof children === 'function' ? children(stream) : children,
  })
  return <GeneratorContext value={value}>{root}</GeneratorContext>
}

function generatorState({ status, connection }: TaskState): GeneratorState {
  const phase = phaseOf(status)
  return { status, phase, connection, active: phase !== 'idle' && !isEnded(phase) }
}
