// Cancelling: what was not sent is not sent, and an end that is known elsewhere does not wait.
import { describe, expect, it } from 'vitest'
import { fakeService, json, partial } from '../../test/fake-service.ts'

const run = { app: 'a/b', input: {} }

describe('an accepted cancel', () => {
  it('is followed by GET, so that a backlog on the stream does not delay the end', async () => {
    const service = fakeService()
    const stream = await service.client.run(run, { stream: true })
    await service.settled()
    await service.stream.send({ id: 't1', status: 7 })
    service.task = { id: 't1', status: 8, logs: [], updated_at: '1' }
    await stream.cancel()
    await service.platform.advance(1_500)
    expect(stream.state.status).toBe('cancelling')
    service.task = { id: 't1', status: 12, logs: [], updated_at: '2' }
    // The backlog: old news, still arriving.
    await service.stream.send(partial({ logs: ['old'], offset: 0 }))
    await service.platform.advance(1_000)
    expect(stream.state.status).toBe('cancelled')
    await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
    expect(service.stream.cancelled).toBe(true)
    expect(service.platform.timers).toBe(0)
  })

  it('of another part of the page is seen as well', async () => {
    const service = fakeService()
    const stream = service.client.tasks.stream('t1')
    await service.settled()
    await service.stream.send({ id: 't1', status: 7, logs: [] })
    service.task = { id: 't1', status: 12, logs: [] }
    await service.client.tasks.cancel('t1')
    await service.platform.advance(1_000)
    expect(stream.state.status).toBe('cancelled')
  })
})

function slowUpload() {
  const seen: string[] = []
  let isAborted = false
  const service = fakeService({
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      seen.push(`${init?.method} ${pathname}`)
      if (pathname === '/files')
        return json({ data: [{ uri: 'https://cdn.test/f', upload_url: 'https://cdn.test/put' }] })
      return new Promise((_, reject) =>
        init?.signal?.addEventListener('abort', () => {
          isAborted = true
          reject(new DOMException('Aborted', 'AbortError'))
        }),
      )
    },
  })
  return { service, seen, isAborted: () => isAborted }
}

describe('an abort while the files of the input go up', () => {
  const input = { image: new Blob(['x']) }

  it('ends the upload at once, and nothing is run', async () => {
    const { service, seen, isAborted } = slowUpload()
    const controller = new AbortController()
    const starting = service.client.run({ app: 'a/b', input }, { stream: true, signal: controller.signal })
    await expect.poll(() => seen).toContain('PUT /put')
    controller.abort()
    await expect(starting).rejects.toMatchObject({ code: 'aborted' })
    await service.settled()
    expect(isAborted()).toBe(true)
    await service.platform.advance(60_000)
    expect(seen.filter((path) => path.includes('/apps/run') || path.includes('cancel'))).toEqual([])
    expect(service.platform.timers).toBe(0)
  })

  it('and so does the time limit, which says that nothing has started', async () => {
    const { service, seen } = slowUpload()
    const starting = service.client.run({ app: 'a/b', input }, { stream: true, timeoutMs: 1_000 })
    const outcome = starting.catch((error: unknown) => error)
    await expect.poll(() => seen).toContain('PUT /put')
    await service.platform.advance(1_000)
    expect(await outcome).toMatchObject({ code: 'timeout', mayHaveStarted: false })
    expect(seen).not.toContain('POST /apps/run')
  })
})
