'use client'
import { useRunDurations, type AppRef, type TaskResult, type UseStreamResult } from '@inferstream/react'
import type { ReactNode } from 'react'
import { useKit } from '../provider/kit-context.ts'
import { RunUsage } from '../run-card/run-usage.tsx'
import { formatDuration } from '../text/format.ts'
import { useGenerator, type GeneratorContextValue, type GeneratorInput } from './generator-context.ts'
import { GeneratorFields } from './generator-fields.tsx'
import { GeneratorForm } from './generator-form.tsx'
import { GeneratorLogs } from './generator-logs.tsx'
import { GeneratorOutput } from './generator-output.tsx'
import { GeneratorProgress } from './generator-progress.tsx'
import { GeneratorRoot, type GeneratorRootProps } from './generator-root.tsx'
import { GeneratorSubmit } from './generator-submit.tsx'

export interface GeneratorInputArguments {
  input: GeneratorInput
  setInput: GeneratorContextValue['setInput']
  /** A run is active; fields can stay editable, the run has its own copy of the input. */
  active: boolean
}

export interface GeneratorOutputArguments {
  output: unknown
  partialOutput: unknown
  active: boolean
}

export interface GeneratorProps extends GeneratorRootProps {
  /** The fields of a hand-made form. @defaultValue those of the app's input schema */
  renderInput?: ((form: GeneratorInputArguments) => ReactNode) | undefined
  /** Renders the result. @defaultValue its picture */
  renderOutput?: ((result: GeneratorOutputArguments) => ReactNode) | undefined
}

/** As far as they were filled in. */
type FieldsOf<TInput> = unknown extends TInput ? GeneratorInput : Partial<TInput>

/** With `app()`, which carries the types of the app's input and output. */
export interface TypedGeneratorProps<TInput, TOutput> extends Omit<
  GeneratorProps,
  'app' | 'initialInput' | 'renderInput' | 'renderOutput' | 'onComplete' | 'children'
> {
  app: AppRef<TInput, TOutput>
  initialInput?: FieldsOf<TInput> | undefined
  renderInput?: ((form: TypedInputArguments<TInput>) => ReactNode) | undefined
  renderOutput?: ((result: TypedOutputArguments<TOutput>) => ReactNode) | undefined
  onComplete?: ((result: TaskResult<TOutput>) => void) | undefined
  children?: ReactNode | ((stream: UseStreamResult<TInput, TOutput>) => ReactNode)
}

export interface TypedInputArguments<TInput> {
  input: FieldsOf<TInput>
  setInput: (next: FieldsOf<TInput> | ((previous: FieldsOf<TInput>) => FieldsOf<TInput>)) => void
  active: boolean
}

export interface TypedOutputArguments<TOutput> {
  output: TOutput | null
  partialOutput: unknown
  active: boolean
}

/**
 * A form that runs an app, with progress, log and result of the run. With a function as children it only provides the run,
 * and the children render the rest.
 */
export function Generator<TInput, TOutput>(props: TypedGeneratorProps<TInput, TOutput>): ReactNode
export function Generator(props: GeneratorProps & { app?: string | undefined }): ReactNode
export function Generator({ renderInput, renderOutput, children, ...props }: GeneratorProps): ReactNode {
  if (children !== undefined) return <GeneratorRoot {...props}>{children}</GeneratorRoot>
  return (
    <GeneratorRoot {...props}>
      <GeneratorForm>
        {renderInput ? <Input render={renderInput} /> : <GeneratorFields />}
        <div data-slot="generator-actions">
          <GeneratorSubmit />
          <Note />
        </div>
      </GeneratorForm>
      <div data-slot="generator-result">
        {renderOutput ? (
          <GeneratorOutput>
            <Output render={renderOutput} />
          </GeneratorOutput>
        ) : (
          <GeneratorOutput />
        )}
        <GeneratorProgress />
        <Usage />
        <GeneratorLogs />
      </div>
    </GeneratorRoot>
  )
}

function Usage() {
  const { stream } = useGenerator('Progress')
  return <RunUsage stream={stream} />
}

/** Beside the button: how long it usually takes, or that the result is of another input. */
function Note() {
  const { app, state, isChanged, messages } = useGenerator('Form')
  const { locale } = useKit()
  const { median } = useRunDurations(app ?? '')
  const text = isChanged
    ? messages.changed
    : median === null || median < 1_000 || state.active
      ? ''
      : messages.usual(formatDuration(median, locale))
  return <span data-slot="generator-action-note">{text}</span>
}

function Input({ render }: { render: NonNullable<GeneratorProps['renderInput']> }) {
  const { input, setInput, state } = useGenerator('Form')
  return <div data-slot="generator-fields">{render({ input, setInput, active: state.active })}</div>
}

function Output({ render }: { render: NonNullable<GeneratorProps['renderOutput']> }) {
  const { stream, state } = useGenerator('Output')
  return render({ output: stream.output, partialOutput: stream.partialOutput, active: state.active })
}
