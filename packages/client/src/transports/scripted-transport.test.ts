import { describe, expect, it } from 'vitest'
import { inference } from '../client/client.ts'
import { scriptedTransport } from './scripted-transport.ts'

describe('a scripted run', () => {
  it('exists as soon as run() was called, and tells what the script says before the call returns', async () => {
    const t = scriptedTransport()
    const client = inference({ transport: t })
    const started = client.run({ app: 'a/b', input: { prompt: 'x' } }, { stream: true })
    expect(t.last.config.input).toEqual({ prompt: 'x' })
    t.last.update({ status: 'queued', queuePosition: 2 })
    const stream = await started
    expect(stream.state).toMatchObject({ status: 'queued', queuePosition: 2, connection: 'live' })
    const seen: string[] = []
    stream.subscribe(() => seen.push(stream.state.status))
    t.last.update({
      status: 'running',
      logs: ['a', 'b'],
      progress: { current: 1, total: 4, fraction: 0.25, source: 'app' },
    })
    expect(seen).toEqual(['running'])
    expect(stream.state.logs).toEqual(['a', 'b'])
    expect(stream.state.progress?.fraction).toBe(0.25)
    expect(stream.state.queuePosition).toBeNull()
    t.last.complete({ image: 'x' })
    await expect(stream.result).resolves.toMatchObject({ status: 'completed', output: { image: 'x' } })
    expect(stream.state.connection).toBe('closed')
  })

  it('is cancelling until the script says how it ended', async () => {
    const t = scriptedTransport()
    const stream = await inference({ transport: t }).run({ app: 'a/b', input: {} }, { stream: true })
    t.last.update({ status: 'running' })
    await stream.cancel()
    expect(t.last.cancelled).toBe(true)
    expect(stream.state.status).toBe('cancelling')
    t.last.update({ status: 'running', logs: ['still here'] })
    expect(stream.state.status).toBe('cancelling')
    t.last.update({ status: 'cancelled' })
    expect(stream.state.status).toBe('cancelled')
    await expect(stream.result).rejects.toMatchObject({ name: 'TaskCancelledError', code: 'task_cancelled' })
  })

  it('shows lost and regained connections', async () => {
    const t = scriptedTransport()
    const client = inference({ transport: t })
    const stream = await client.run({ app: 'a/b', input: {} }, { stream: true })
    t.last.disconnect()
    expect(stream.state).toMatchObject({ connection: 'reconnecting', attempt: 1, retryAt: expect.any(Number) })
    t.last.disconnect()
    expect(stream.state.attempt).toBe(2)
    t.last.offline()
    expect(stream.state).toMatchObject({ connection: 'offline', retryAt: null })
    t.last.reconnect()
    expect(stream.state).toMatchObject({ connection: 'live', attempt: 0, retryAt: null })
  })

  it('can be attached to by its id', async () => {
    const t = scriptedTransport()
    const client = inference({ transport: t })
    await client.run({ app: 'a/b', input: {} }, { wait: false })
    t.last.update({ status: 'running', logs: ['one'] })
    const again = client.tasks.stream(t.last.taskId)
    expect([...again.state.logs]).toEqual(['one'])
    t.last.update({ logs: ['two'] })
    expect([...again.state.logs]).toEqual(['one', 'two'])
    expect((await client.tasks.get(t.last.taskId)).logs).toHaveLength(2)
    await expect(client.tasks.stream('nobody').result).rejects.toMatchObject({ code: 'not_found' })
  })

  it('reads as a loop, which ends with the terminal update', async () => {
    const t = scriptedTransport()
    const stream = await inference({ transport: t }).run({ app: 'a/b', input: {} }, { stream: true })
    const seen: string[] = []
    const reading = (async () => {
      for await (const update of stream)
        seen.push(`${update.status} ${update.logs.join()} ${update.error ?? ''}`.trim())
    })()
    t.last.update({ status: 'running', logs: ['a'] })
    t.last.fail('out of memory')
    await reading
    expect(seen).toEqual(['received', 'running a', 'failed  out of memory'])
    await expect(stream.result).rejects.toMatchObject({ name: 'TaskFailedError', message: 'out of memory' })
  })
})
