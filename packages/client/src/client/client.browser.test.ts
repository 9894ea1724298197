// What only a real browser shows: how much of an upload has gone out, and what a page must not be given.
/// <reference types="@vitest/browser-playwright" />
import { expect, inject, it, onTestFinished } from 'vitest'
import { cdp } from 'vitest/browser'
import { inference } from '../index.ts'

it('an upload tells how far it is, from 0 to 1 and never back', async () => {
  const fractions: number[] = []
  const data = new Blob([new Uint8Array(8_000_000)], { type: 'application/octet-stream' })
  // Slow enough to be told on the way, on any model.
  const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 16_000_000 }
  await cdp().send('Network.emulateNetworkConditions', line)
  onTestFinished(async () => {
    await cdp().send('Network.emulateNetworkConditions', { ...line, uploadThroughput: -1 })
  })
  const file = await inference({ baseUrl: inject('engineUrl') }).files.upload(data, {
    onProgress: (fraction) => fractions.push(fraction),
  })
  expect(file.size).toBe(data.size)
  expect(fractions.at(0)).toBe(0)
  expect(fractions.at(-1)).toBe(1)
  expect(fractions.some((fraction) => fraction > 0 && fraction < 1)).toBe(true)
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
})

it('an upload that is aborted on its way rejects at once, as everything does', async () => {
  const controller = new AbortController()
  const data = new Blob([new Uint8Array(12_000_000)])
  const upload = inference({ baseUrl: inject('engineUrl') }).files.upload(data, {
    signal: controller.signal,
    onProgress: (fraction) => fraction < 1 && controller.abort(),
  })
  await expect(upload).rejects.toMatchObject({ name: 'AbortError', code: 'aborted' })
})

it('an apiKey in a page is refused, unless its danger is named', () => {
  expect(() => inference({ apiKey: 'inf_x' })).toThrow(/every visitor/)
  expect(() => inference({ apiKey: 'inf_x', dangerouslyAllowBrowser: true })).not.toThrow()
})
