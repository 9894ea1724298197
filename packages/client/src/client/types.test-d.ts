// Checked by `tsc`, never run: what callers may write, and what they may not.
import { expectTypeOf } from 'vitest'
import { app, collectLogs, fromAsyncIterable, inference, InferstreamError, StreamProcessor } from '../index.ts'
import type {
  FollowOptions,
  InferenceOptions,
  LogView,
  RunConfig,
  TaskResult,
  TaskSnapshot,
  TaskState,
  TaskStatus,
  TaskStream,
  TaskUpdate,
} from '../index.ts'
import { recordRun, replayRun, scriptedTransport } from '../testing.ts'

const client = inference()
const picture = app<{ prompt: string; seed?: number }, { image: string }>('ns/picture')

// Output is inferred from the reference, input is checked against it.
export async function inferred() {
  const stream = await client.run({ app: picture, input: { prompt: 'x' } }, { stream: true })
  expectTypeOf(stream).toEqualTypeOf<TaskStream<{ image: string }>>()
  for await (const update of stream) expectTypeOf(update.output).toEqualTypeOf<{ image: string } | undefined>()
  for await (const batch of stream.batches()) expectTypeOf(batch).toEqualTypeOf<TaskUpdate<{ image: string }>[]>()
  expectTypeOf(stream.state).toEqualTypeOf<TaskState<{ image: string }>>()
  expectTypeOf((await stream.result).output.image).toBeString()

  const result = await client.run(
    { app: picture, input: { prompt: 'x' } },
    { onUpdate: (update) => expectTypeOf(update.output).toEqualTypeOf<{ image: string } | undefined>() },
  )
  expectTypeOf(result).toEqualTypeOf<TaskResult<{ image: string }>>()
  expectTypeOf(await client.run({ app: picture, input: { prompt: 'x' } })).toEqualTypeOf<
    TaskResult<{ image: string }>
  >()
  expectTypeOf(
    await client.run({ app: picture, input: { prompt: 'x' } }, { wait: false }),
  ).toEqualTypeOf<TaskSnapshot>()

  const many = await client.runMany([{ app: picture, input: { prompt: 'x' } }], { concurrency: 2 })
  expectTypeOf(many).toEqualTypeOf<PromiseSettledResult<TaskResult<{ image: string }>>[]>()

  // @ts-expect-error a missing input
  await client.run({ app: picture, input: {} })
  // @ts-expect-error an input of the wrong type
  await client.run({ app: picture, input: { prompt: 5 } })
  // @ts-expect-error an input nobody declared
  await client.run({ app: picture, input: { prompt: 'x', sed: 1 } })
  // @ts-expect-error stream is true or not there
  await client.run({ app: picture, input: { prompt: 'x' } }, { stream: false })
}

// Without types everything goes, and output is unknown.
// oxlint-disable-next-line typescript/no-explicit-any -- callers of the reference have `any`
export async function untyped(config: any) {
  const stream = await client.run({ app: 'ns/name', input: { anything: 1 } }, { stream: true })
  expectTypeOf(stream).toEqualTypeOf<TaskStream>()
  for await (const update of await client.run(config, { stream: true }))
    expectTypeOf(update.status).toEqualTypeOf<TaskStatus>()
  expectTypeOf(client.tasks.stream<{ a: 1 }>('t')).toEqualTypeOf<TaskStream<{ a: 1 }>>()
  expectTypeOf(await client.tasks.get('t')).toEqualTypeOf<TaskState>()
}

// exactOptionalPropertyTypes: values that may be undefined can be handed on as they are.
export async function handedOn(maybe: {
  signal: AbortSignal | undefined
  key: string | undefined
  ms: number | undefined
}) {
  const options: InferenceOptions = {
    apiKey: maybe.key,
    baseUrl: maybe.key,
    fetch: undefined,
    retry: undefined,
    idleTimeoutMs: maybe.ms,
    transport: undefined,
  }
  const follow: FollowOptions = {
    signal: maybe.signal,
    timeoutMs: maybe.ms,
    onTimeout: undefined,
    onWarning: undefined,
  }
  await inference(options).run(
    { app: 'a/b', input: {}, session: maybe.key, function: maybe.key },
    { ...follow, stream: true },
  )
  await client.run({ app: 'a/b', input: {} }, { wait: false, signal: maybe.signal })
  await client.tasks.list({ cursor: maybe.key, limit: maybe.ms })
  await client.files.upload('x', { signal: maybe.signal, filename: maybe.key })
}

// The log is an array to the compiler, and cannot be changed.
export function logs(view: LogView) {
  expectTypeOf(view).toExtend<readonly string[]>()
  expectTypeOf([...view]).toEqualTypeOf<string[]>()
  expectTypeOf(view[0]).toEqualTypeOf<string | undefined>()
  // @ts-expect-error read only
  view.push('x')
  // @ts-expect-error read only
  view[0] = 'x'
}

// The reference's own way of writing it.
export async function asPrinted(config: RunConfig) {
  const allLogs: string[] = []
  let previous: string[] = []
  for await (const update of await client.run(config, { stream: true })) {
    if (update.logs?.length) allLogs.push(...update.logs)
    previous = update.logs ? [...previous, ...update.logs] : previous
    if (['completed', 'failed'].includes(update.status)) return update
    if (update.progress) expectTypeOf((update.progress.current / update.progress.total) * 100).toBeNumber()
  }
  return undefined
}

export async function others(stream: TaskStream, caught: unknown) {
  expectTypeOf(await collectLogs(stream)).toEqualTypeOf<string[]>()
  expectTypeOf(new StreamProcessor().duration).toEqualTypeOf<number | null>()
  if (caught instanceof InferstreamError) expectTypeOf(caught.retryAfter).toEqualTypeOf<number | undefined>()
  inference({
    transport: fromAsyncIterable(async function* source() {
      yield { status: 'running', logs: ['a'] }
    }),
  })
  fromAsyncIterable(async function* source() {
    // @ts-expect-error no status of a task
    const update: Partial<TaskUpdate> = { status: 'paused' }
    yield update
  })
  inference({ transport: replayRun(await recordRun(stream), { speed: 2 }) })
  scriptedTransport().last.update({ status: 'running' })
  // @ts-expect-error exhaustive: a made-up status
  const status: TaskStatus = 'paused'
  return status
}
