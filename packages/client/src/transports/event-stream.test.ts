import { describe, expect, it } from 'vitest'
import { readEvents, request } from '../backend.ts'
import { everySplit } from '../../test/every-split.ts'

const url = 'https://jobs.test/runs/1/stream'
const answering = (body: BodyInit | null, init?: ResponseInit) => async () => new Response(body, init)
const sse = { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }

function inPieces(pieces: readonly Uint8Array[]): Response {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  return new Response(body, sse)
}

async function eventsOf(response: Response) {
  const events = []
  for await (const event of readEvents(response)) events.push(event)
  return events
}

it('events are the same wherever the bytes are cut', async () => {
  const bytes = new TextEncoder().encode(
    'id: 1\ndata: ä\n\n: beat\n\nevent: end\nid: 2\r\ndata: b\r\ndata: c\r\n\r\ndata: cut',
  )
  for (const pieces of everySplit(bytes)) {
    expect(await eventsOf(inPieces(pieces))).toEqual([
      { event: undefined, id: '1', data: 'ä' },
      { event: 'end', id: '2', data: 'b\nc' },
    ])
  }
})

it('leaving the loop releases the connection', async () => {
  let isCancelled = false
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
    cancel: () => void (isCancelled = true),
  })
  for await (const { data } of readEvents(new Response(body, sse))) {
    expect(data).toBe('a')
    break
  }
  expect(isCancelled).toBe(true)
})

describe('what is no stream of events is an error that says so:', () => {
  it.each([
    ['a web page', '<html>', 'text/html', /web page instead of data. Check the address/],
    ['JSON', '{}', 'application/json', /application\/json, which cannot be read/],
  ])('%s', async (_, body, type, message) => {
    const response = new Response(body, { headers: { 'content-type': type } })
    await expect(eventsOf(response)).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(message),
    })
  })
})

describe('a request that is refused is a typed error:', () => {
  it.each([
    [401, '', 'auth', /wants credentials \(401\)/],
    [404, '', 'not_found', /nothing at this address/],
    [410, '{"error":{"message":"The offset is gone."}}', 'not_found', /The offset is gone/],
    [422, '{"detail":"No prompt."}', 'validation', /No prompt/],
    [503, '', 'server', /does not answer \(503\)\.$/],
    [500, '<html>', 'server', /web page instead of data/],
  ])('%i %s', async (status, body, code, message) => {
    const promise = request(url, { fetch: answering(body, { status }) })
    await expect(promise).rejects.toMatchObject({ code, status, message: expect.stringMatching(message) })
  })

  it('429 with its pause', async () => {
    const headers = { 'retry-after': '7', date: 'Fri, 27 Nov 2026 00:00:00 GMT' }
    const promise = request(url, { fetch: answering('{}', { status: 429, headers }) })
    await expect(promise).rejects.toMatchObject({ code: 'rate_limited', retryable: true, retryAfter: 7_000 })
  })

  it('no answer', async () => {
    await expect(request(url, { fetch: () => Promise.reject(new TypeError('fetch failed')) })).rejects.toMatchObject({
      code: 'network',
      retryable: true,
      message: `No answer from ${url}. Check the connection and the address.`,
    })
  })

  it('an abort stays one', async () => {
    const signal = AbortSignal.abort()
    await expect(request(url, { signal })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
