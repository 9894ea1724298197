// Whether a run may have been started: what a Retry button has to know, because a second run may cost a second time.
import { describe, expect, it, vi } from 'vitest'
import { fakeService, problem } from '../../test/fake-service.ts'
import type { InferstreamError } from '../core/errors.ts'

const run = { app: 'a/b', input: {} }
const proxied = (kind: string, status: number) =>
  problem(status, `It was ${kind}.`, { type: `urn:inferstream:proxy:${kind}` })

async function startError(response: Response): Promise<InferstreamError> {
  const service = fakeService()
  service.posts.push(response)
  const started = service.client.run(run).then(
    () => expect.fail('was accepted'),
    (error: InferstreamError) => error,
  )
  await service.platform.advance(46_000)
  const error = await started
  expect(service.paths('')).toBe(1)
  return error
}

async function readError(response: Response): Promise<InferstreamError> {
  const service = fakeService({ retry: false })
  service.gets.push(response)
  return service.client.tasks.get('t1').then(
    () => expect.fail('was answered'),
    (error: InferstreamError) => error,
  )
}

describe('a run whose start failed behind a proxy', () => {
  it('never reached the service: it may be started again', async () => {
    const error = await startError(proxied('not-sent', 502))
    expect(error).toMatchObject({
      code: 'network',
      retryable: true,
      mayHaveStarted: false,
      message: 'It was not-sent.',
    })
  })

  it.each([
    ['answer-lost', 502],
    ['timeout', 504],
  ])('may have been started when the proxy says %s', async (kind, status) => {
    const error = await startError(proxied(kind, status))
    expect(error).toMatchObject({ code: 'network', status, retryable: false, mayHaveStarted: true })
  })

  it.each([
    [403, 'forbidden', false],
    [413, 'validation', false],
    [429, 'rate_limited', true],
    [502, 'server', true],
  ])('was refused by the proxy itself with %d: that is what the status says', async (status, code, retryable) => {
    const service = fakeService({ retry: false })
    service.posts.push(proxied('refused', status))
    const error = await service.client.run(run).catch((thrown: InferstreamError) => thrown)
    expect(error).toMatchObject({ code, status, retryable })
    expect(error).not.toMatchObject({ mayHaveStarted: true })
  })

  it.each([502, 504])('may have been started when any other gateway answers %d', async (status) => {
    const page = new Response('<html>', { status, headers: { 'content-type': 'text/html' } })
    for (const response of [page, problem(status, 'Bad gateway.'), problem(status, 'x', { type: 5 })]) {
      const fetch = vi.fn(async () => response)
      const { client } = fakeService({ baseUrl: undefined, proxyUrl: 'https://app.test/api', fetch })
      const error = await client.run(run).catch((thrown: InferstreamError) => thrown)
      expect(error).toMatchObject({ code: 'server', retryable: false, mayHaveStarted: true })
      expect(fetch).toHaveBeenCalledTimes(1)
    }
  })

  it('was not accepted when the service says that it is busy', async () => {
    const error = await startError(problem(503, 'Busy.'))
    expect(error).toMatchObject({ code: 'server', retryable: true })
    expect(error).not.toHaveProperty('mayHaveStarted')
  })
})

describe('a read through a proxy', () => {
  it.each([
    ['not-sent', 502],
    ['answer-lost', 502],
    ['timeout', 504],
  ])('may be repeated after %s', async (kind, status) => {
    const error = await readError(proxied(kind, status))
    expect(error).toMatchObject({ code: 'network', status, retryable: true })
    expect(error).not.toMatchObject({ mayHaveStarted: true })
  })
})

it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH'])(
  'a run whose request could not be sent (%s) may be started again',
  async (code) => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code }) })
    }
    const error = await fakeService({ fetch })
      .client.run(run)
      .catch((thrown: InferstreamError) => thrown)
    expect(error).toMatchObject({ code: 'network', retryable: true, mayHaveStarted: false })
  },
)

const cut = async () => {
  const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  throw new TypeError('fetch failed', { cause })
}

it('a run whose request was cut may have been started', async () => {
  const error = await fakeService({ fetch: cut })
    .client.run(run)
    .catch((thrown: InferstreamError) => thrown)
  expect(error).toMatchObject({ code: 'network', retryable: false, mayHaveStarted: true })
})
