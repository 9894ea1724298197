import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { fakeService, json, problem } from '../../test/fake-service.ts'
import { InferstreamError } from '../core/errors.ts'
import type { InferenceOptions } from '../core/types.ts'
import { redact } from './redact.ts'

const run = { app: 'a/b', input: {} }
const key = 'inf_canary_0123456789'

/** Every way in which an error ends up in a log. */
function printed(error: unknown): string {
  const { stack } = error instanceof Error ? error : new Error('no error')
  return [inspect(error, { depth: 50, showHidden: true }), JSON.stringify(error), String(error), stack].join('\n')
}

/** Each text once; `inspect` takes the power of two of a graph's cycles. */
function stringsIn(value: unknown): string[] {
  const seen = new Set<unknown>([value])
  for (const one of seen) {
    if (typeof one === 'object' && one !== null)
      for (const name of Reflect.ownKeys(one)) seen.add(Reflect.get(one, name))
  }
  return [...seen].filter((one) => typeof one === 'string')
}

async function refusedWith(response: Response, options: InferenceOptions = { apiKey: key }): Promise<unknown> {
  const service = fakeService({ retry: false, ...options })
  service.posts.push(response)
  const error = await service.client.run(run).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InferstreamError)
  return error
}

/** As JSON may write it, so that the text of the answer does not have it. */
const escaped = (text: string) =>
  `{"detail":"${Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`

const nested = (text: string) => ({ list: [{ deep: { note: `uses ${text}`, at: [text] } }] })

describe('no error quotes the key or a token', () => {
  it.each<[string, (secret: string) => Response]>([
    ['a refusal', (secret) => problem(403, `The key ${secret} may not.`)],
    ['a page', (secret) => new Response(`<p>${secret}`, { status: 500, headers: { 'content-type': secret } })],
    ['a type of content', (secret) => new Response('x', { headers: { 'content-type': `text/${secret}` } })],
    ['an id of a request', (secret) => problem(500, 'Oops.', {}, { 'x-request-id': secret })],
    [
      'issues',
      (secret) => problem(422, 'Bad.', { errors: [{ pointer: `/${secret}`, detail: `${secret} is no ${secret}` }] }),
    ],
    [
      'actions',
      (secret) =>
        json(
          { errors: [{ type: 'secret', key: secret, message: secret, action: { type: 'add', ...nested(secret) } }] },
          412,
        ),
    ],
    ['a refusal inside a success', (secret) => json({ success: false, error: { code: 'x', message: `No ${secret}` } })],
    ['JSON that escapes it', (secret) => new Response(escaped(secret), { status: 400 })],
  ])('in %s', async (_, response) => {
    expect(printed(await refusedWith(response(key)))).not.toContain(key)
    const token = 'tok/canary+token=='
    const error = await refusedWith(response(token), { getToken: async () => token })
    expect(printed(error)).not.toContain(token)
    expect(printed(await refusedWith(response(key), { headers: { authorization: `Bearer ${key}` } }))).not.toContain(
      key,
    )
  })

  it('that an earlier request used', async () => {
    const tokens = ['canary-one', 'canary-two']
    const service = fakeService({ getToken: () => tokens.shift() ?? 'canary-three', retry: false })
    service.posts.push(problem(401, 'Expired.'), problem(403, 'Neither canary-one nor canary-two may.'))
    const error = await service.client.run(run).catch((thrown: unknown) => thrown)
    expect(printed(error)).not.toMatch(/canary-(one|two)/)
    expect(error).toMatchObject({ code: 'forbidden', message: 'Neither [key] nor [key] may.' })
  })

  it('in what fetch threw, and in what it threw because of', async () => {
    const fetch = async () => {
      const cause = Object.assign(new Error(`bad header Bearer ${key}`), { code: 'ECONNREFUSED', options: nested(key) })
      Object.assign(cause, { self: cause })
      throw new TypeError(`fetch failed: ${key}`, { cause })
    }
    const error = await fakeService({ apiKey: key, fetch, retry: false })
      .client.run(run)
      .catch((thrown: unknown) => thrown)
    expect(printed(error)).not.toContain(key)
    expect(error).toMatchObject({ code: 'network', mayHaveStarted: false, cause: { name: 'TypeError' } })
    expect((error as Error).cause).toBeInstanceOf(TypeError)
  })

  it('in a failed getToken that quotes the last one', async () => {
    let calls = 0
    const getToken = () => {
      if (++calls === 1) return key
      throw new Error(`${key} cannot be renewed`)
    }
    const error = await refusedWith(problem(401, 'Expired.'), { getToken })
    expect(error).toMatchObject({ code: 'auth', message: 'getToken failed: Error: [key] cannot be renewed' })
    expect(printed(error)).not.toContain(key)
  })

  it('in a token that no header can carry', async () => {
    const service = fakeService({ getToken: () => `${key}\n${key}` })
    const error = await service.client.run(run).catch((thrown: unknown) => thrown)
    expect(printed(error)).not.toContain(key)
    expect(error).toMatchObject({ code: 'config', retryable: false })
    expect(error).not.toHaveProperty('mayHaveStarted')
    expect(service.requests).toEqual([])
  })

  it('in a stream that was refused', async () => {
    const service = fakeService({ apiKey: key, retry: false })
    service.streams.push(problem(403, `Not for ${key}.`))
    const stream = await service.client.run(run, { stream: true })
    const error = await stream.result.catch((thrown: unknown) => thrown)
    expect(printed(error)).not.toContain(key)
    expect(inspect(stream.state, { depth: 20 })).not.toContain(key)
  })
})

describe('redacting', () => {
  const secrets = new Set([key])

  it('leaves what quotes nothing as it is', () => {
    const cause = { nested: nested('nothing') }
    const error = new InferstreamError('server', 'Oops.', { cause })
    redact(error, secrets)
    expect(error.cause).toBe(cause)
    expect(error.message).toBe('Oops.')
  })

  it('takes no time over deep, wide or cyclic causes, and quotes nothing of them', () => {
    let deep: object = { key }
    for (let depth = 0; depth < 100_000; depth++) deep = { deep }
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [index, [key + index]]))
    const nodes: Record<string, unknown>[] = Array.from({ length: 300 }, () => ({ note: key }))
    for (const node of nodes) Object.assign(node, nodes)
    for (const cause of [deep, wide, nodes]) {
      const error = new InferstreamError('server', 'Oops.', { cause })
      redact(error, secrets)
      expect(stringsIn(error).filter((text) => text.includes(key))).toEqual([])
    }
  })

  it('does not take short words for secrets, and remembers a bounded number of tokens', async () => {
    let calls = 0
    const service = fakeService({ getToken: () => (calls === 0 ? 'a' : `token-${calls}-`), retry: false })
    for (; calls < 200; calls++) {
      service.gets.push(problem(404, `a banana, token-${calls}-, token-${calls - 100}-`))
      const error = await service.client.tasks.get('t1').catch((thrown: unknown) => thrown)
      const expected = calls === 0 ? 'a banana, token-0-, token--100-' : `a banana, [key], token-${calls - 100}-`
      expect(error).toMatchObject({ message: expected })
    }
  })
})
