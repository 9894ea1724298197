// What the official client does badly must not show: many requests, or a connection that is said to live.
import { describe, expect, it } from 'vitest'
import { manualPlatform, settled } from '../../test/manual-platform.ts'
import { createClient } from '../client/client.ts'
import '../http/http-error.ts'
import '../task/task-stream.ts'
import { sdkTransport } from './from-inference-sdk.ts'

const running = { id: 't1', status: 7, logs: [], output: null }

interface Watcher {
  onUpdate(task: object): void
  onDelta(delta: object): void
}

async function follow({ hasStream = true } = {}) {
  const platform = manualPlatform()
  const gets: { answer: (task: object) => void; fail: (error: unknown) => void }[] = []
  let watcher: Watcher | undefined
  let endStream: ((error: unknown) => void) | undefined
  const official = {
    run: async () => ({ id: 't1', status: 1 }),
    tasks: {
      get: () => new Promise((answer, fail) => gets.push({ answer, fail })),
      cancel: async () => ({}),
      ...(hasStream && {
        watch(_task: object, given: Watcher) {
          watcher = given
          return { done: new Promise((_, reject) => (endStream = reject)), stop() {} }
        },
      }),
    },
  }
  const client = createClient({ transport: sdkTransport(official, platform) }, platform)
  const stream = await client.run({ app: 'a/b', input: {} }, { stream: true })
  await settled()
  return { platform, gets, stream, watcher: watcher!, endStream: (error: unknown) => endStream?.(error) }
}

describe('the official client as a backend', () => {
  it('is asked once after a gap of tokens, and once more for what came meanwhile', async () => {
    const { gets, watcher, stream } = await follow()
    gets[0]!.answer(running)
    await settled()
    watcher.onUpdate(running)
    watcher.onDelta({ delta: { response: 'a' }, seq: 1 })
    for (let seq = 5; seq < 60; seq++) watcher.onDelta({ delta: { response: 'x' }, seq })
    await settled()
    expect(gets).toHaveLength(2)
    gets[1]!.answer(running)
    await settled()
    expect(gets.length).toBeLessThanOrEqual(3)
    stream.close()
  })

  it('is live once its stream delivers, and polled where it has none', async () => {
    const { gets, watcher, stream } = await follow()
    expect(stream.state.connection).toBe('connecting')
    watcher.onUpdate(running)
    expect(stream.state.connection).toBe('live')
    stream.close()
    const polled = await follow({ hasStream: false })
    expect(polled.stream.state.connection).toBe('polling')
    polled.gets[0]!.answer(running)
    await polled.platform.advance(1_000)
    expect(polled.gets).toHaveLength(2)
    polled.stream.close()
    expect(gets).toHaveLength(1)
  })

  it('is said to reconnect while everything fails, and is given up in the end', async () => {
    const { platform, gets, stream, endStream } = await follow()
    endStream(new TypeError('Failed to fetch'))
    await settled()
    for (let attempt = 1; attempt <= 10; attempt++) {
      expect(gets).toHaveLength(attempt)
      gets.at(-1)!.fail(new TypeError('Failed to fetch'))
      await settled()
      const { connection, retryAt } = stream.state
      expect([connection, stream.state.attempt]).toEqual(['reconnecting', attempt])
      expect(retryAt).toBeGreaterThan(platform.now())
      await platform.advance(retryAt! - platform.now())
    }
    gets.at(-1)!.fail(new TypeError('Failed to fetch'))
    await expect(stream.result).rejects.toMatchObject({ code: 'network', retryable: true })
    expect(stream.state).toMatchObject({ status: 'error', connection: 'closed' })
    await platform.advance(600_000)
    expect(gets).toHaveLength(11)
    expect(platform.timers).toBe(0)
  })

  it('recovers', async () => {
    const { platform, gets, stream, endStream } = await follow()
    endStream(new TypeError('Failed to fetch'))
    gets[0]!.fail(new TypeError('Failed to fetch'))
    await settled()
    expect(stream.state.connection).toBe('reconnecting')
    await platform.advance(1_000)
    gets[1]!.answer(running)
    await settled()
    expect(stream.state).toMatchObject({ connection: 'polling', attempt: 0, status: 'running' })
    await platform.advance(1_000)
    gets[2]!.answer({ ...running, status: 10, output: { ok: true } })
    expect(await stream.result).toMatchObject({ output: { ok: true } })
  })

  it('whose request never answers is asked again', async () => {
    const { platform, gets, stream } = await follow({ hasStream: false })
    await platform.advance(45_000)
    expect(stream.state.connection).toBe('reconnecting')
    await platform.advance(1_000)
    expect(gets).toHaveLength(2)
    stream.close()
    expect(platform.timers).toBeLessThanOrEqual(1)
  })
})
