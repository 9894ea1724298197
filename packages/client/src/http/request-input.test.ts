// What `run` is given goes out as JSON, or is refused before anything is sent.
import { describe, expect, it } from 'vitest'
import { fakeService } from '../../test/fake-service.ts'
import '../transports/http/http-resources.ts'
import '../transports/http/resources.ts'
import { fromAsyncIterable } from '../transports/from-async-iterable.ts'
import { inference } from '../client/client.ts'
import { uploadBlobs } from './uploads.ts'

const blob = new Blob(['x'])

function ring(length: number): object {
  const nodes: Record<string, unknown>[] = Array.from({ length }, () => ({}))
  for (const [index, node] of nodes.entries()) node['next'] = nodes[(index + 1) % length]
  return nodes[0]!
}

/** Every object refers to every other: a walk over all paths would never end. */
function web(size: number): object {
  const nodes: Record<string, unknown>[] = Array.from({ length: size }, () => ({}))
  for (const node of nodes) for (const [index, other] of nodes.entries()) node[`n${index}`] = other
  return nodes[0]!
}

function nested(depth: number, inside: unknown = 'x'): unknown {
  let value = inside
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { value }
  return value
}

/** 2 to the power of `levels` paths to one object. */
function shared(levels: number, inside: unknown = { a: 1 }): unknown {
  let value = inside
  for (let level = 0; level < levels; level++) value = [value, value]
  return value
}

const self: unknown[] = []
self.push(self)

describe('an input that has no form as JSON is refused before anything is sent', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['contains itself', () => self, /circular/],
    ['is a ring', () => ring(400), /circular/],
    ['is a web', () => web(60), /circular/],
    ['is a web with a Blob', () => ({ blob, web: web(60) }), /circular/],
    ['is nested 100,000 levels deep', () => nested(100_000), /nested deeper than 500/],
    ['is nested deep around a Blob', () => nested(100_000, blob), /nested deeper than 500/],
    ['is endless by its shared parts', () => shared(60), /more than 10000000 values/],
    [
      'has an endless array',
      () => ({ list: Array.from({ length: 0 }).concat(Array(4e9)) }),
      /more than 10000000 values/,
    ],
    ['has a BigInt', () => ({ n: 1n }), /BigInt/],
    ['throws as JSON', () => ({ toJSON: () => expect.fail('mine') }), /mine/],
    ['is circular as JSON', () => ({ toJSON: () => ring(3) }), /circular/],
    [
      'throws when it is read',
      () => ({
        get a() {
          throw new Error('mine')
        },
      }),
      /mine/,
    ],
  ])('because it %s', async (_, make, message) => {
    const input = make()
    for (const config of [
      { app: 'a/b', input },
      { app: 'a/b', input: {}, setup: input },
    ]) {
      const service = fakeService()
      await expect(service.client.run(config)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(message),
        retryable: false,
      })
      expect(service.requests).toEqual([])
    }
  })

  it('on any backend', async () => {
    const client = inference({ transport: fromAsyncIterable(async function* source() {}) })
    await expect(client.run({ app: 'a/b', input: ring(3) })).rejects.toMatchObject({ code: 'config' })
  })
})

describe('an input whose parts are shared', () => {
  it('is sent', async () => {
    const service = fakeService()
    await service.client.run({ app: 'a/b', input: shared(10) }, { wait: false })
    expect(service.requests[0]?.body).toEqual({ app: 'a/b', input: shared(10) })
  })

  it('has each Blob uploaded once, and is itself again where it has none', async () => {
    const plain = shared(20)
    const uploads: Blob[] = []
    const upload = async (one: Blob) => ({ uri: `up:${uploads.push(one)}` })
    const ready = (await uploadBlobs({ plain, pictures: shared(16, [blob]) }, upload)) as { plain: unknown }
    expect(uploads).toEqual([blob])
    expect(ready.plain).toBe(plain)
    expect(JSON.stringify(ready).match(/up:1/g)).toHaveLength(2 ** 16)
  })

  it('may be nested 500 levels deep', async () => {
    const service = fakeService()
    await service.client.run({ app: 'a/b', input: nested(500) }, { wait: false })
    expect(service.paths('POST')).toBe(1)
  })
})
