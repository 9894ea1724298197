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
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
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
import { readDraft, saveDraft } from './schema/draft.ts'
import { isEqual } from './schema/json.ts'

export interface GeneratorRootProps extends Omit<PartProps<'div', GeneratorState>, 'children'> {
  /** The app that Submit runs. Without it, the children call `run` with a config. */
  app?: string | AppRef<unknown, unknown> | undefined
  /** The app's input schema. @defaultValue asked of the service, where the form is made from it */
  schema?: object | undefined
  /** Initial values of the form. Later input is kept, however the run ends. */
  initialInput?: GeneratorInput | undefined
  /** Key under which a reload finds this run, and what was typed; see `useStream`. */
  resume?: UseStreamOptions['resume']
  onComplete?: ((result: TaskResult) => void) | undefined
  children?: ReactNode | ((stream: GeneratorContextValue['stream']) => ReactNode)
}

const noInput: GeneratorInput = {}

/** Owns one run and its input. Renders a `<div>`. */
export function GeneratorRoot({
  app,
  schema,
  initialInput = noInput,
  resume,
  onComplete,
  children,
  ...props
}: GeneratorRootProps): ReactNode {
  const stream = useStream({ ...(resume !== undefined && { resume }), ...(onComplete && { onComplete }) })
  const messages = useMessages('generator', generatorMessages)
  const outputLabelId = useId()
  const { input, setInput, lostFiles, setSecrets } = useDraft(initialInput, resume)
  const guard = useRef<(() => boolean) | null>(null)
  const [isReady, setReady] = useState(true)
  const setGuard = useCallback((next: (() => boolean) | null) => {
    guard.current = next
  }, [])
  const state = useStreamSelector(stream, generatorState, shallowEqual)
  const { run, retry: runAgain } = stream
  const [submitted, setSubmitted] = useState<GeneratorInput | null>(null)
  const submit = useCallback(() => {
    if (app === undefined || !isReady || guard.current?.() === false) return
    setSubmitted(input)
    void run({ app, input })
  }, [run, app, input, isReady])
  const retry = useCallback(() => {
    // After a reload the input of the run is unknown, so the form's input is used.
    if (submitted !== null || app === undefined) void runAgain()
    else submit()
  }, [submitted, app, runAgain, submit])
  const appName = typeof app === 'object' ? app.ref : app
  const value = useMemo(
    () => ({
      stream,
      state,
      app: appName,
      schema,
      input,
      setInput,
      runInput: submitted ?? input,
      isChanged: submitted !== null && !isEqual(submitted, input),
      isReady,
      setReady,
      setGuard,
      lostFiles,
      setSecrets,
      submit,
      retry,
      messages,
      outputLabelId,
    }),
    [
      stream,
      state,
      appName,
      schema,
      input,
      setInput,
      submitted,
      isReady,
      setGuard,
      lostFiles,
      setSecrets,
      submit,
      retry,
      messages,
      outputLabelId,
    ],
  )
  const root = usePart('div', 'generator', state, props, {
    children: typeof children === 'function' ? children(stream) : children,
  })
  return <GeneratorContext value={value}>{root}</GeneratorContext>
}

const noSecrets: ReadonlySet<string> = new Set()
const noFiles: ReadonlyMap<string, string> = new Map()

/** The input, kept with the run over a reload. */
function useDraft(initial: GeneratorInput, resume: GeneratorRootProps['resume']) {
  const [input, setInput] = useState(initial)
  const [lostFiles, setLostFiles] = useState(noFiles)
  const [secrets, setSecrets] = useState(noSecrets)
  const first = useRef(input)
  useEffect(() => {
    // After hydration: the server knows nothing of it.
    const draft = resume === undefined ? null : readDraft(resume)
    if (!draft) return
    setInput(draft.input)
    setLostFiles(draft.files)
    // oxlint-disable-next-line react/exhaustive-deps -- once; a later name keeps what is typed
  }, [])
  useEffect(() => {
    if (resume !== undefined && input !== first.current) saveDraft(resume, input, secrets)
  }, [resume, input, secrets])
  return { input, setInput, lostFiles, setSecrets }
}

function generatorState({ status, connection }: TaskState): GeneratorState {
  const phase = phaseOf(status)
  return { status, phase, connection, active: phase !== 'idle' && !isEnded(phase) }
}
