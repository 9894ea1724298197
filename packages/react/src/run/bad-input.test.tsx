import { act, render, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { config, scripted } from '../../test/scripted.tsx'
import { InferenceProvider, useStream, useStreams, useTask } from '../index.ts'
import type { UseStreamResult } from '../index.ts'

afterEach(() => vi.unstubAllGlobals())

/** What a page server answers to any path it does not know. */
function answerHtml(status: number) {
  vi.stubGlobal(
    'fetch',
    async () => new Response('<!doctype html><title>App</title>', { status, headers: { 'content-type': 'text/html' } }),
  )
}

const wrong = { proxyUrl: '/api/inference/proxy' } as unknown as InferenceClient

describe('one sentence says what to do when', () => {
  it('run gets no app', async () => {
    const { result } = renderHook(() => useStream(), { wrapper: scripted().wrapper })
    await act(() => result.current.run({} as never))
    expect(result.current).toMatchObject({ status: 'error', error: { code: 'config' } })
    expect(result.current.error?.message).toMatch(/needs an app/)
    for (const none of [undefined, null, { app: null }, { app: {} }, { app: 7 }]) {
      act(() => result.current.reset())
      await act(() => result.current.run(none as never))
      expect(result.current.error?.message).toMatch(/needs an app/)
    }
  })

  it('options make no sense: rendering goes on, and a run ends with the reason or runs', async () => {
    const { transport, wrapper } = scripted()
    const nonsense = [
      null,
      7,
      { timeoutMs: Number.NaN },
      { maxLogLines: -1 },
      { resume: 7 },
      { resume: null },
      { resume: { key: 'k', storage: {} } },
      { replace: 'never' },
      { app: 7 },
    ]
    for (const options of nonsense) {
      const { result, unmount } = renderHook(() => useStream(options as never), { wrapper })
      let outcome: unknown
      await act(async () => void (result.current as UseStreamResult).run(config).then((ended) => (outcome = ended)))
      if (outcome === undefined) await act(async () => transport.last.complete(1))
      expect(outcome).toMatchObject({ status: expect.stringMatching(/^(completed|error)$/) })
      unmount()
      const batch = renderHook(() => useStreams(options as never), { wrapper })
      await act(async () => void batch.result.current.start([config]))
      batch.unmount()
    }
    for (const id of [7, {}, 'no id?']) {
      const { result } = renderHook(() => useTask(id as never, null as never), { wrapper })
      await act(async () => {})
      expect(result.current).toMatchObject({ status: 'error', error: { code: 'config' } })
    }
  })

  it('a client is of the wrong shape', () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
    const sentence = /pass what inference\(\) of @inferstream\/react returns/
    expect(() => render(<InferenceProvider client={wrong} />)).toThrow(sentence)
    expect(() => renderHook(() => useStream({ client: wrong }))).toThrow(sentence)
    expect(() => renderHook(() => useTask('t1', { client: wrong }))).toThrow(sentence)
    silent.mockRestore()
  })

  it('a key would be shown to every visitor', () => {
    expect(() => inference({ apiKey: 'inf_secret' })).toThrow(/proxyUrl/)
    expect(() => inference({ apiKey: 'inf_secret' })).not.toThrow(/inf_secret/)
  })

  it.each([200, 404])('the proxy path answers with a page (%s)', async (status) => {
    answerHtml(status)
    const { result } = renderHook(() => useStream())
    await act(() => result.current.run({ app: 'ns/app', input: {} }))
    expect(result.current.status).toBe('error')
    expect(result.current.error?.message).toMatch(/\/api\/inference\/proxy.*@inferstream\/proxy/)
  })
})
