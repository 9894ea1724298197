import { describe, expectTypeOf, it } from 'vitest'
import { app, dehydrateTask, hydrateTask, useStream, useStreams, useStreamSelector, useTask } from './index.ts'
import type {
  AppBatchRun,
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
declare const snapshot: TaskState<Out>
declare const change: TaskUpdate<Out>

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

describe('a status narrows', () => {
  it('the output and the error of a result, destructured too', () => {
    const { status, output, error } = useStream<In, Out>()
    expectTypeOf(output).toEqualTypeOf<Out | null>()
    if (status === 'completed') expectTypeOf(output).toEqualTypeOf<Out>()
    if (status === 'failed' || status === 'error') expectTypeOf(error).toEqualTypeOf<InferstreamError>()
    // @ts-expect-error -- a run that has not completed may have no output
    void output.image
    // @ts-expect-error -- a run that has not failed has no error
    void error.message
    const task = useTask<Out>('id')
    if (task.status === 'completed') expectTypeOf(task.output).toEqualTypeOf<Out>()
    // @ts-expect-error -- no such status
    if (task.status === 'done') void task
  })

  it('a state and an update', () => {
    expectTypeOf(snapshot.output).toEqualTypeOf<Out | null>()
    if (snapshot.status === 'completed') expectTypeOf(snapshot.output).toEqualTypeOf<Out>()
    if (snapshot.status === 'failed') expectTypeOf(snapshot.error).toEqualTypeOf<InferstreamError>()
    if (change.status === 'completed') expectTypeOf(change.output).toEqualTypeOf<Out>()
    if (change.status === 'failed') expectTypeOf(change.error).toEqualTypeOf<string>()
    // @ts-expect-error -- an update of a run that goes on may have no output
    void change.output.image
  })
})

describe('the types of useStream with an app', () => {
  const flux = app<In, Out>('infsh/flux')

  it('flow from the reference into run, output and callbacks', () => {
    const stream = useStream(flux, {
      onComplete: ({ output }) => expectTypeOf(output).toEqualTypeOf<Out>(),
      onSettled: (outcome) => expectTypeOf(outcome).toEqualTypeOf<RunOutcome<Out>>(),
    })
    expectTypeOf(stream.output).toEqualTypeOf<Out | null>()
    expectTypeOf(stream.run({ prompt: 'a fox' })).resolves.toEqualTypeOf<RunOutcome<Out>>()
    const other = useStream({ app: flux, resume: 'flux' })
    expectTypeOf(other.output).toEqualTypeOf<Out | null>()
    expectTypeOf(other.run).parameter(0).toEqualTypeOf<In>()
    expectTypeOf(stream).toExtend<TaskState>()
    // @ts-expect-error -- a prompt is missing
    void stream.run({})
    // @ts-expect-error -- a prompt is a string
    void other.run({ prompt: 1 })
    // @ts-expect-error -- the input alone, not a config
    void stream.run({ app: flux, input: { prompt: 'a fox' } })
    // @ts-expect-error -- the output has no url
    void stream.output?.url
    // @ts-expect-error -- no such option
    void useStream(flux, { onFinish: () => {} })
  })

  it('and those of useStreams into start, add and each run', () => {
    const { runs, start, add } = useStreams(flux, { concurrency: 2 })
    expectTypeOf(start([{ prompt: 'a' }])).resolves.toEqualTypeOf<RunOutcome<Out>[]>()
    expectTypeOf(add({ prompt: 'b' })).toEqualTypeOf<number>()
    expectTypeOf(runs).toEqualTypeOf<readonly AppBatchRun<In, Out>[]>()
    expectTypeOf(useStreams({ app: flux }).runs).toEqualTypeOf<readonly AppBatchRun<In, Out>[]>()
    // @ts-expect-error -- inputs alone, not configs
    void start([{ app: flux, input: { prompt: 'a' } }])
    // @ts-expect-error -- a prompt is missing
    void add({})
  })
})

describe('the types of the others', () => {
  it('callbacks of useTask and useStreams have the output', () => {
    void useTask<Out>('id', { onComplete: ({ output }) => expectTypeOf(output).toEqualTypeOf<Out>() })
    void useStreams<In, Out>({
      onUpdate: (index, update) => {
        expectTypeOf(index).toEqualTypeOf<number>()
        expectTypeOf(update).toEqualTypeOf<TaskUpdate<Out>>()
      },
      onComplete: (_, { output }) => expectTypeOf(output).toEqualTypeOf<Out>(),
    })
    // @ts-expect-error -- a task is followed until its end: it has no time limit of its own
    void useTask<Out>('id', { timeoutMs: 1 })
  })

  it('plain states have a type, and a way back', () => {
    const plain = dehydrateTask(snapshot)
    expectTypeOf(plain.logs).toEqualTypeOf<readonly string[]>()
    expectTypeOf(hydrateTask(plain)).toEqualTypeOf<TaskState<Out>>()
    // @ts-expect-error -- the lines alone have no entries
    void plain.logs.entry
  })

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
    expectTypeOf(useStreamSelector(stream, (now) => now.isActive)).toEqualTypeOf<boolean>()
    expectTypeOf(useStreamSelector(useTask<Out>('id'), ({ phase }) => phase)).toExtend<string>()
    expectTypeOf(
      useStreamSelector(snapshot, (now) => (now.status === 'completed' ? now.output : null)),
    ).toEqualTypeOf<Out | null>()
    // @ts-expect-error -- a plain state has its own fields alone
    void useStreamSelector(snapshot, (now) => now.isActive)
    // @ts-expect-error -- what is selected from is the state, without actions
    void useStreamSelector(stream, (now) => now.cancel)
  })

  it('the queries have theirs', () => {
    const options = taskQueryOptions<Out>(client, 'id')
    expectTypeOf(useQuery(options).data?.output).toEqualTypeOf<Out | null | undefined>()
    expectTypeOf(useQuery(options).error).toEqualTypeOf<InferstreamError | null>()
    expectTypeOf(useSuspenseQuery(options).data.output).toEqualTypeOf<Out | null>()
    expectTypeOf(useRunMutation<In>().mutate).parameter(0).toHaveProperty('input').toEqualTypeOf<In>()
  })
})
