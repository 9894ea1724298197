import { describe, expectTypeOf, it } from 'vitest'
import { app, useStream, useStreams, useStreamSelector, useTask } from './index.ts'
import type {
  BatchRun,
  InferenceClient,
  InferstreamError,
  RunConfig,
  RunOutcome,
  TaskProgress,
  TaskResult,
  TaskState,
  TaskUpdate,
  UseStreamResult,
} from './index.ts'
import { taskQueryOptions, useRunMutation } from './query/index.ts'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'

interface In {
  prompt: string
  steps?: number
}
interface Out {
  image: string
}
declare const client: InferenceClient

describe('the types of useStream', () => {
  it('flow from useStream<In, Out> into run, output and callbacks', () => {
    const stream = useStream<In, Out>({
      onUpdate: (update) => expectTypeOf(update).toEqualTypeOf<TaskUpdate<Out>>(),
      onComplete: (result) => expectTypeOf(result).toEqualTypeOf<TaskResult<Out>>(),
      onError: (error) => expectTypeOf(error).toEqualTypeOf<InferstreamError>(),
      onSettled: (outcome) => expectTypeOf(outcome).toEqualTypeOf<RunOutcome<Out>>(),
    })
    expectTypeOf(stream.output).toEqualTypeOf<Out | null>()
    expectTypeOf(stream.progress).toEqualTypeOf<TaskProgress | null>()
    expectTypeOf(stream.run({ app: 'ns/app', input: { prompt: 'a fox' } })).resolves.toEqualTypeOf<RunOutcome<Out>>()
    expectTypeOf(stream.retry()).resolves.toEqualTypeOf<RunOutcome<Out>>()
    // @ts-expect-error -- a prompt is missing
    void stream.run({ app: 'ns/app', input: {} })
    // @ts-expect-error -- an app is missing
    void stream.run({ input: { prompt: 'a fox' } })
    // @ts-expect-error -- the output has no url
    void stream.output?.url
  })

  it('flow from app<In, Out>() into run and its outcome', async () => {
    const stream = useStream()
    const flux = app<In, Out>('infsh/flux')
    expectTypeOf(stream.run({ app: flux, input: { prompt: 'a fox' } })).resolves.toEqualTypeOf<RunOutcome<Out>>()
    // @ts-expect-error -- a prompt is a string
    void stream.run({ app: flux, input: { prompt: 1 } })
    const outcome = await stream.run({ app: flux, input: { prompt: 'a fox' } })
    if (outcome.status === 'completed') expectTypeOf(outcome.output).toEqualTypeOf<Out>()
    // @ts-expect-error -- only a completed run has an output
    void outcome.output
  })

  it('refuse an app of other types', () => {
    const other = app<{ text: string }, { audio: string }>('ns/speech')
    expectTypeOf(other).not.toExtend<RunConfig<In, Out>['app']>()
    // @ts-expect-error -- this app takes a text
    void useStream<In, Out>().run({ app: other, input: { prompt: 'a fox' } })
  })

  it('let an untyped hook be used as in plain JavaScript', () => {
    const { output, run, cancel } = useStream()
    expectTypeOf(output).toBeAny()
    expectTypeOf(run).toBeFunction()
    // As in onClick={cancel}.
    expectTypeOf(cancel).toExtend<(event: MouseEvent) => unknown>()
  })

  it('let any result be given where components take a state', () => {
    expectTypeOf(useStream<In, Out>()).toExtend<TaskState>()
    expectTypeOf(useStream<In, Out>()).toExtend<UseStreamResult>()
    expectTypeOf(useTask<Out>('id')).toExtend<TaskState<Out>>()
  })
})

describe('the types of the others', () => {
  it('useTask has the output, and neither run nor attach', () => {
    const task = useTask<Out>('id')
    expectTypeOf(task.output).toEqualTypeOf<Out | null>()
    expectTypeOf(task).not.toHaveProperty('run')
    expectTypeOf(task).not.toHaveProperty('attach')
  })

  it('useStreams has runs of its types', () => {
    const { runs, start } = useStreams<In, Out>({ concurrency: 2 })
    expectTypeOf(runs).toEqualTypeOf<readonly BatchRun<In, Out>[]>()
    expectTypeOf(runs).toExtend<readonly UseStreamResult<In, Out>[]>()
    expectTypeOf(start([{ app: 'ns/app', input: { prompt: 'a' } }])).resolves.toEqualTypeOf<RunOutcome<Out>[]>()
  })

  it('useStreamSelector has what its selector returns', () => {
    const stream = useStream<In, Out>()
    expectTypeOf(useStreamSelector(stream, ({ output }) => output?.image)).toEqualTypeOf<string | undefined>()
  })

  it('the queries have theirs', () => {
    const options = taskQueryOptions<Out>(client, 'id')
    expectTypeOf(useQuery(options).data?.output).toEqualTypeOf<Out | null | undefined>()
    expectTypeOf(useQuery(options).error).toEqualTypeOf<InferstreamError | null>()
    expectTypeOf(useSuspenseQuery(options).data.output).toEqualTypeOf<Out | null>()
    expectTypeOf(useRunMutation<In>().mutate).parameter(0).toHaveProperty('input').toEqualTypeOf<In>()
  })
})
