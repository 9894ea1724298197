import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeService, json } from '../../test/fake-service.ts'
import { uncaughtIn } from '../../test/uncaught.ts'
import '../transports/http/http-resources.ts'
import './uploads.ts'

/** A service that stores nothing itself; the PUT is the test's. */
function storage(put: (init?: RequestInit) => Promise<Response>) {
  return fakeService({
    fetch: async (_url, init) =>
      init?.method === 'PUT'
        ? put(init)
        : json({ data: [{ uri: 'inf://files/1', upload_url: 'https://storage.test/1' }] }),
  })
}

/** A browser's XMLHttpRequest, as far as an upload uses it. */
class FakeRequest extends EventTarget {
  static last: FakeRequest
  readonly upload = new EventTarget()
  status = 0
  isAborted = false
  constructor() {
    super()
    FakeRequest.last = this
  }
  open() {}
  setRequestHeader() {}
  send() {}
  abort() {
    this.isAborted = true
    this.dispatchEvent(new Event('abort'))
  }
  progress(loaded: number, total: number) {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { lengthComputable: true, loaded, total }))
  }
  answer(status: number) {
    this.status = status
    this.dispatchEvent(new Event('load'))
  }
}

afterEach(() => vi.unstubAllGlobals())

describe('an upload', () => {
  it('whose storage never answers ends', async () => {
    const { client, platform } = storage(() => new Promise(() => {}))
    const upload = client.files.upload('hello')
    upload.catch(() => {})
    await platform.advance(45_000)
    await expect(upload).rejects.toMatchObject({ code: 'network', retryable: true })
    expect(platform.timers).toBe(0)
  })

  it('is stopped by its signal at once, although fetch ignores it', async () => {
    const { client, settled } = storage(() => new Promise(() => {}))
    const controller = new AbortController()
    const upload = client.files.upload('hello', { signal: controller.signal })
    await settled()
    controller.abort()
    await expect(upload).rejects.toMatchObject({ code: 'aborted' })
  })

  it('that reports its progress may take as long as it moves, and ends when it stalls', async () => {
    vi.stubGlobal('XMLHttpRequest', FakeRequest)
    const { client, platform } = storage(() => expect.fail('sent twice'))
    const fractions: number[] = []
    const upload = client.files.upload('hello', { onProgress: (fraction) => fractions.push(fraction) })
    upload.catch(() => {})
    await platform.advance(0)
    for (let part = 1; part <= 5; part++) {
      await platform.advance(40_000)
      FakeRequest.last.progress(part, 10)
    }
    expect(fractions).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    await platform.advance(44_999)
    expect(FakeRequest.last.isAborted).toBe(false)
    await platform.advance(1)
    expect(FakeRequest.last.isAborted).toBe(true)
    await expect(upload).rejects.toMatchObject({ code: 'network', retryable: true })
    expect(platform.timers).toBe(0)
  })

  it('goes on although the callback for its progress throws', async () => {
    vi.stubGlobal('XMLHttpRequest', FakeRequest)
    const { client, settled } = storage(() => expect.fail('sent twice'))
    const uncaught = await uncaughtIn(async () => {
      const upload = client.files.upload('hello', {
        onProgress: () => {
          throw new Error('mine')
        },
      })
      await settled()
      FakeRequest.last.progress(1, 2)
      FakeRequest.last.answer(200)
      expect(await upload).toMatchObject({ uri: 'inf://files/1', size: 5 })
    })
    expect(uncaught.map(String)).toEqual(['Error: mine', 'Error: mine', 'Error: mine'])
  })
})
