// What each behaviour is checked with: a server, a client whose streams can be damaged, and the script of the next run.
import { inference } from '@inferstream/client'
import type { FollowOptions, InferenceClient, InferenceOptions, TaskStream } from '@inferstream/client'
import type { Script, Step, Wire, WireServer } from './wire.ts'
import { faultyFetch } from './faulty-fetch.ts'
import type { FaultyFetch } from './faulty-fetch.ts'

export interface Bench {
  readonly wire: Wire
  readonly server: WireServer
  readonly net: FaultyFetch
  readonly client: InferenceClient
  /** Inputs of the runs that were told that they are cancelled. */
  readonly cancelled: unknown[]
  /** Another client of the same server, as after a reload. */
  readonly another: (options?: InferenceOptions) => { client: InferenceClient; net: FaultyFetch }
  /** Starts a run with these steps; its input is `run 1` for the first one. */
  readonly start: (steps: Steps, options?: FollowOptions, by?: InferenceClient) => Promise<TaskStream>
  /** Its state and the texts of its updates, at its end. */
  readonly run: (steps: Steps) => Promise<Ended>
}

export type Steps = readonly Step[] | Script

export interface Ended {
  readonly status: string
  readonly output: unknown
  readonly error: string | null
  readonly logs: readonly string[]
}

/** Attempts follow one another at once. */
const quick: InferenceOptions = { retry: { maxAttempts: 6, baseDelay: 1, maxDelay: 2 }, idleTimeoutMs: 10_000 }

export async function openBench(wire: Wire): Promise<Bench & { close: () => Promise<void> }> {
  const scripts = new Map<string, Steps>()
  const cancelled: unknown[] = []
  let count = 0
  const server = await wire.serve(async function* play(run) {
    const key = keyOf(run.input)
    run.cancelled.addEventListener('abort', () => cancelled.push(key), { once: true })
    const steps = scripts.get(key) ?? []
    if (typeof steps === 'function') yield* steps(run)
    else yield* steps
  })
  const clientOf = (options: InferenceOptions = {}) => {
    const net = faultyFetch(wire)
    const own = server.options?.(net.fetch) ?? { transport: server.transport!(net.fetch) }
    return { net, client: inference({ ...quick, ...options, ...own }) }
  }
  const { net, client } = clientOf()
  async function start(steps: Steps, options: FollowOptions = {}, by = client) {
    const key = `run ${(count += 1)}`
    scripts.set(key, steps)
    return by.run({ app: 'bench/script', input: key }, { ...options, stream: true })
  }
  return {
    wire,
    server,
    net,
    client,
    cancelled,
    another: clientOf,
    start,
    run: async (steps) => endOf(await start(steps)),
    close: () => server.close(),
  }
}

/** Each step in a turn of its own, once the test is ready: the client sees them come. */
export function oneByOne(
  steps: readonly Step[],
  first: readonly Step[] = [],
): {
  script: Script
  goOn: () => void
} {
  const ready = gate()
  return {
    async *script({ cancelled }) {
      yield* first
      await Promise.race([ready.opened, new Promise((resolve) => cancelled.addEventListener('abort', resolve))])
      if (cancelled.aborted) return
      for (const step of steps) {
        yield step
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
    },
    goOn: ready.open,
  }
}

export async function endOf(stream: TaskStream): Promise<Ended> {
  await stream.result.catch(() => {})
  const { status, output, error, logs } = stream.state
  return { status, output, error: error && error.message, logs: logs.slice() }
}

/** Wires wrap the input in messages of their own: the key is looked for anywhere in it. */
function keyOf(input: unknown): string {
  return /run \d+/.exec(JSON.stringify(input) ?? '')?.[0] ?? ''
}

/** What a script waits for, and a test opens. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const target = new EventTarget()
  return {
    opened: new Promise((resolve) => target.addEventListener('open', () => resolve(), { once: true })),
    open: () => void target.dispatchEvent(new Event('open')),
  }
}
