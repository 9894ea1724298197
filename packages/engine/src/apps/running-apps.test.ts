import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { decode as decodePng } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { apps } from './catalogue.ts'
import { call, collect, dataOf, decode, merged, readUntil, start } from '../testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 30 })
})
afterAll(() => engine.close())

const run = async (app: string, input: unknown) => collect(engine.url, await start(engine.url, app, input))
const bytesOf = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())

interface FileObject {
  uri: string
  content_type: string
  size: number
}

describe('running apps', () => {
  it('every local app takes {}', async () => {
    for (const { ref, requirements } of apps.filter((app) => app.ref.startsWith('local/'))) {
      const { status, json } = await call(engine.url, 'POST', '/apps/run', { app: ref, input: {} })
      expect({ ref, status }).toEqual({ ref, status: requirements ? 412 : 200 })
      const { id } = (json['data'] ?? {}) as { id?: string }
      if (id !== undefined) await call(engine.url, 'POST', `/tasks/${id}/cancel`)
    }
  })

  it('path-tracer: a preview, then a picture and progress for each pass, then the file', async () => {
    const lines = await run('local/path-tracer', { width: 120, height: 80, samples: 4 })
    const partials = lines.map((line) => dataOf(line)['partial_output'] as { image: FileObject } | null | undefined)
    const shown = partials.filter((partial) => partial !== null && partial !== undefined)
    expect(shown.length).toBeGreaterThanOrEqual(4)
    const progress = lines
      .map((line) => dataOf(line)['progress'])
      .filter((value) => value !== null && value !== undefined)
    expect(progress).toEqual([1, 2, 3, 4].map((current) => ({ current, total: 4, unit: 'samples' })))
    const { url, image } = merged(lines)['output'] as { url: string; image: FileObject }
    expect(image).toMatchObject({ uri: url, content_type: 'image/png', size: expect.any(Number) })
    const bytes = await bytesOf(url)
    expect(bytes.byteLength).toBe(image.size)
    expect(decodePng(bytes)).toMatchObject({ width: 120, height: 80, channels: 3 })
  })

  it('path-tracer: as many samples as fit into a time budget, the scene that the prompt names', async () => {
    const lines = await run('local/path-tracer', { prompt: 'two lamps', width: 64, height: 40, seconds: 1 })
    const progress = lines.flatMap((line) => {
      const { progress: value } = dataOf(line)
      return value ? [value as { current: number; total: number }] : []
    })
    // From the second pass on their number is known; a machine that became slower ends before.
    expect(progress[0]?.current).toBe(2)
    expect(progress.at(-1)?.current).toBe(progress.at(-1)?.total)
    const logs = merged(lines)['logs'] as { content: string }[]
    expect(logs.map(({ content }) => atob(content)).join('')).toContain('studio')
  })

  it('report: the words of an uploaded file; no other address is read', async () => {
    const text = new TextEncoder().encode('a heron and a lake and a boat')
    const wanted = { filename: 'lake.txt', content_type: 'text/plain', size: text.byteLength }
    const { json } = await call(engine.url, 'POST', '/files', { files: [wanted] })
    const [file] = json['data'] as [{ uri: string; upload_url: string }]
    await fetch(file.upload_url, { method: 'PUT', body: text })
    const output = merged(await run('local/report', { file: file.uri }))['output'] as { words: unknown[] }
    expect(output.words[0]).toMatchObject({ word: 'a', count: 3 })
    const other = merged(await run('local/report', { file: 'https://example.com/files/a' }))
    expect(other).toMatchObject({ error: expect.stringContaining('uploaded here') })
  })

  it('a file above the limit is refused when it is announced', async () => {
    const wanted = { filename: 'long.txt', content_type: 'text/plain', size: 100 * 1024 * 1024 }
    const { status, json } = await call(engine.url, 'POST', '/files', { files: [wanted] })
    expect(status).toBe(413)
    expect(json['detail']).toBe('A file may have 64 MiB; this one has 100.')
  })

  it('tone: a WAV file of the asked length', async () => {
    const lines = await run('local/tone', { seconds: 1, tempo: 240 })
    const { audio } = merged(lines)['output'] as { audio: FileObject }
    expect(audio).toMatchObject({ content_type: 'audio/wav', size: 44 + 22_050 * 2 })
    const bytes = await bytesOf(audio.uri)
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('RIFF')
    const samples = new Int16Array(bytes.buffer, 44)
    expect(Math.max(...samples)).toBeGreaterThan(5_000)
  })

  it('gallery: one picture after the other, all of them at the end', async () => {
    const lines = await run('local/gallery', { count: 3 })
    const { images } = merged(lines)['output'] as { images: FileObject[] }
    expect(images).toHaveLength(3)
    for (const { uri } of images) expect(decodePng(await bytesOf(uri))).toMatchObject({ width: 320, height: 200 })
  })

  it('report: nested values, and the same as a file', async () => {
    const lines = await run('local/report', { text: 'A lake. A heron, a lake.', top: 2 })
    const output = merged(lines)['output'] as { table: FileObject }
    expect(output).toMatchObject({
      counts: { words: 6, different: 3, sentences: 2 },
      words: [
        { word: 'a', count: 3, places: [1, 3, 5] },
        { word: 'lake', count: 2, share: 1 / 3 },
      ],
    })
    const table = await (await fetch(output.table.uri)).text()
    expect(table).toBe('word,count\n"a",3\n"lake",2\n')
  })

  it('path-tracer: the same prompt gives the same picture, another prompt another picture', async () => {
    const small = { width: 32, height: 20, samples: 1 }
    const pictures = await Promise.all(
      ['A mountain', 'A mountain', 'An ocean'].map(async (prompt) => {
        const { output } = merged(await run('infsh/flux-schnell', { prompt, ...small }))
        return Buffer.from(await bytesOf((output as { url: string }).url)).toString('base64')
      }),
    )
    expect(pictures[0]).toBe(pictures[1])
    expect(pictures[0]).not.toBe(pictures[2])
  })

  it('path-tracer: shows something within a second of running, at its usual size', async () => {
    const id = await start(engine.url, 'local/path-tracer')
    let running = 0
    let first = 0
    const lines = await readUntil(engine.url, id, (line) => Boolean(dataOf(line)['partial_output']))
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
    for (const data of lines.map(dataOf)) {
      const at = Date.parse(String(data['updated_at']))
      if (data['status'] === 7) running ||= at
      if (data['partial_output']) first ||= at
    }
    expect(first - running).toBeLessThan(1_000)
  })

  it('julia-video: an MP4 with every frame, and progress only in the log', async () => {
    const lines = await run('google/veo-3-1-fast', { prompt: 'sunset', frames: 12, width: 65, height: 48 })
    const end = merged(lines)
    expect(end).toMatchObject({ status: 10, progress: null })
    const { url, video } = end['output'] as { url: string; video: FileObject }
    expect(video).toMatchObject({ uri: url, content_type: 'video/mp4' })
    const bytes = Buffer.from(await bytesOf(url))
    expect(bytes.toString('latin1', 4, 8)).toBe('ftyp')
    // The box stsz has the number of samples of the track: version and flags, size, count.
    const sizes = bytes.indexOf('stsz')
    expect(bytes.readUInt32BE(sizes + 12)).toBe(12)
    const frames = lines.map((line) => dataOf(line)['partial_output'] as { frame: FileObject } | null | undefined)
    expect(frames.some((partial) => partial?.frame.content_type === 'image/png')).toBe(true)
    const log = decode(end.logs.find(({ log_type: type }) => type === 4)?.content ?? '')
    expect(log).toContain('\rRendering: 100%|██████████| 12/12 [')
  })

  it('story: words as deltas that add up to the answer, which is stored in between', async () => {
    const lines = await run('local/story', { prompt: 'The night', tokens: 50 })
    const deltas = lines
      .filter((line) => line.event === 'delta')
      .map((line) => line.payload as { delta: { response?: string }; seq: number })
    expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_, index) => index + 1))
    const text = deltas.map(({ delta }) => delta.response ?? '').join('')
    const stored = lines.flatMap((line) => {
      const output = dataOf(line)['output'] as { response?: string } | null | undefined
      return output?.response === undefined ? [] : [output.response]
    })
    expect(stored.length).toBeGreaterThan(2)
    for (const version of stored) expect(text.startsWith(version)).toBe(true)
    expect(merged(lines)['output']).toMatchObject({ response: text, usage: { completion_tokens: 50 } })
  })

  it('slow: shows progress only in its log, redrawing one line', async () => {
    const end = merged(await run('local/slow', { seconds: 2 }))
    expect(end).toMatchObject({ status: 10, progress: null })
    const log = decode(end.logs.find(({ log_type: type }) => type === 4)?.content ?? '')
    expect(log.split('\n')).toHaveLength(2)
    expect(log).toMatch(/\rWaiting: {3}0%[^]*\rWaiting: {2}50%[^]*\rWaiting: 100%/)
  })

  it('flood: writes at the requested rate', async () => {
    const end = merged(await run('local/flood', { lines: 60_000, rate: 1_000 }))
    // 60 s at speed 1, two at speed 30.
    expect((end['output'] as { seconds: number }).seconds).toBeGreaterThan(1.8)
    expect((end['output'] as { seconds: number }).seconds).toBeLessThan(10)
  })
})
