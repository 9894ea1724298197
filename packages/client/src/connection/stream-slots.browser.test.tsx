// Over HTTP/1.1 a browser opens six connections per host for all tabs together: two real tabs, twelve runs, a real engine.
import type { InferenceClient } from '../client/client-types.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { inference } from '../client/client.ts'
import { baseUrl, loadClient, openTab } from '../../test/second-tab.ts'
import type { TaskStream } from '../core/types.ts'

const start = (client: InferenceClient) => client.run({ app: 'local/slow', input: {} }, { stream: true })
const connections = (streams: TaskStream[]) => streams.map((stream) => stream.state.connection)

it('twelve runs in two tabs use four streams; a cancel is answered at once, and every run ends', async () => {
  const [thisTab, otherTab] = [inference({ baseUrl }), (await openTab()).client]
  const streams = await Promise.all(
    [thisTab, otherTab].flatMap((client) => Array.from({ length: 6 }, () => start(client))),
  )
  await vi.waitFor(() => {
    expect(connections(streams).filter((connection) => connection === 'live')).toHaveLength(4)
    expect(connections(streams).filter((connection) => connection === 'polling')).toHaveLength(8)
  }, 60_000)

  await streams[11]!.cancel()
  // The cancel did not wait for a connection: none of the runs that hold one has ended.
  expect(streams.slice(0, 11).map((stream) => stream.state.error)).toEqual(Array(11).fill(null))

  await Promise.all(streams.slice(0, 11).map((stream) => stream.cancel()))
  const ends = await Promise.allSettled(streams.map((stream) => stream.result))
  expect(ends.map(({ status }) => status)).toEqual(Array(12).fill('rejected'))
  expect(streams.map((stream) => stream.state.status)).toEqual(Array(12).fill('cancelled'))
})

it('a free slot goes to a waiting run, to a running one before a queued one', async () => {
  const client = inference({ baseUrl, maxStreams: 1 })
  const streams = await Promise.all([start(client), start(client), start(client)])
  await vi.waitFor(() => {
    expect(connections(streams).filter((connection) => connection === 'live')).toHaveLength(1)
    const live = streams.find((stream) => stream.state.connection === 'live')
    expect(live?.state.status).toBe('running')
  }, 60_000)
  const live = streams.find((stream) => stream.state.connection === 'live')!
  await live.cancel()
  await live.result.catch(() => {})
  await vi.waitFor(() => {
    const next = streams.find((stream) => stream !== live && stream.state.connection === 'live')
    expect(next?.state.status).toBe('running')
  }, 60_000)
  await Promise.all(streams.map((stream) => stream.cancel()))
  await Promise.allSettled(streams.map((stream) => stream.result))
})

it('the client works in a worker', async () => {
  const source = `
    ${loadClient}
    const result = await inference({ baseUrl: '${baseUrl}' }).run({ app: 'local/echo', input: { text: 'hi' } })
    postMessage(JSON.stringify(result.output))`
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' })
  onTestFinished(() => worker.terminate())
  const message = await new Promise<string>((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data as string))
    worker.addEventListener('error', (event) => reject(new Error(event.message)))
  })
  expect(message).toContain('hi')
})

it('an apiKey in a browser throws unless it is allowed explicitly', () => {
  expect(() => inference({ apiKey: 'inf_x', baseUrl })).toThrow(/read by every visitor/)
  expect(() => inference({ apiKey: 'inf_x', baseUrl, dangerouslyAllowBrowser: true })).not.toThrow()
})

it('an upload reports its progress, ending at 1', async () => {
  const fractions: number[] = []
  const file = await inference({ baseUrl }).files.upload(new Blob([new Uint8Array(3_000_000)]), {
    onProgress: (fraction) => fractions.push(fraction),
  })
  expect(file.size).toBe(3_000_000)
  expect(fractions.at(-1)).toBe(1)
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
})
