// Stand-ins for a client's generic methods cannot be written without saying what they are.
// oxlint-disable typescript/no-unsafe-type-assertion
import '@testing-library/jest-dom/vitest'
import { act } from '@testing-library/react'
import { version } from 'react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { InferenceClient, RunConfig, RunStreamOptions, TaskStream } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { InferenceProvider } from '../src/index.ts'

/** The suite runs under React 18 too, which has neither `Activity` nor `use`. */
export const isReact18 = version.startsWith('18.')

/** A client whose runs are stepped by hand, and a wrapper that provides it. */
export function scripted() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  return { transport, client, wrapper: wrapperOf(client) }
}

/** The same, with a service that accepts each run only when the test says so. */
export function scriptedSlow() {
  const { transport, client } = scripted()
  const accept: (() => void)[] = []
  const slow = withStreams(client, async (stream) => {
    await new Promise<void>((resolve) => accept.push(resolve))
    return stream()
  })
  return { transport, accept, wrapper: wrapperOf(slow) }
}

/** The same, with a count of the streams that were opened, and of those still open. */
export function scriptedCounted() {
  const { transport, client } = scripted()
  const counts = { opened: 0, open: 0 }
  const count = (stream: TaskStream) => {
    counts.opened += 1
    counts.open += 1
    return changed(stream, {
      close() {
        counts.open -= 1
        stream.close()
      },
    })
  }
  const counted = withStreams(client, async (stream) => count(await stream()))
  counted.tasks = { ...client.tasks, stream: (taskId) => count(client.tasks.stream(taskId)) as TaskStream<never> }
  return { transport, counts, client: counted, wrapper: wrapperOf(counted) }
}

/** A client that differs from another in how `run` comes by its stream. */
export function withStreams(
  client: InferenceClient,
  open: (stream: () => Promise<TaskStream>) => Promise<TaskStream>,
): InferenceClient {
  const run = (config: RunConfig, options: RunStreamOptions) => open(() => client.run(config, options))
  return { ...client, run: run as InferenceClient['run'] }
}

export function changed(stream: TaskStream, changes: Partial<TaskStream>): TaskStream {
  return Object.create(stream, Object.getOwnPropertyDescriptors(changes)) as TaskStream
}

export function wrapperOf(client: InferenceClient) {
  return ({ children }: { children: ReactNode }) => <InferenceProvider client={client}>{children}</InferenceProvider>
}

/** Frames and timers pass only when a test says so; promises go on by themselves. */
export function handCrankFrames() {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'performance', 'Date'],
    })
  })
  afterEach(() => {
    vi.runOnlyPendingTimers()
    vi.useRealTimers()
  })
}

/** Lets this much time pass: 16 ms are one frame. */
export async function pass(ms = 16) {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

export const config = { app: 'ns/app', input: { prompt: 'a fox' } }
