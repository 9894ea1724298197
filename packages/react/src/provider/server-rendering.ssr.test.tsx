// @vitest-environment node
import { readFileSync } from 'node:fs'
import { Suspense, use } from 'react'
import { renderToReadableStream } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { InferenceProvider, useRunDurations, useStream, useStreams, useStreamSelector, useTask } from '../index.ts'

afterEach(() => vi.unstubAllEnvs())

function Page({ slow }: { slow?: Promise<string> }) {
  const stream = useStream({ resume: 'page' })
  const task = useTask('task-1')
  const { counts } = useStreams()
  const durations = useRunDurations('ns/app')
  const status = useStreamSelector(stream, (state) => state.status)
  return (
    <main>
      {[stream.status, status, task.status, counts.active, durations.samples].join(' ')}
      <Suspense fallback="…">{slow && <Late slow={slow} />}</Suspense>
    </main>
  )
}

function Late({ slow }: { slow: Promise<string> }) {
  const { status, logs } = useStream()
  return `${use(slow)} ${status} ${logs.length}`
}

async function textOf(stream: ReadableStream): Promise<string> {
  return (await new Response(stream).text()).replaceAll('<!-- -->', '')
}

describe('on a server', () => {
  it('every hook renders idle, and nothing is sent', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>()
    const client = inference({ proxyUrl: '/api/inference/proxy', fetch })
    const stream = await renderToReadableStream(
      <InferenceProvider client={client}>
        <Page />
      </InferenceProvider>,
    )
    expect(await textOf(stream)).toContain('<main>idle idle idle 0 0')
    expect(fetch).not.toHaveBeenCalled()
  })

  it('a page that streams in later renders idle too', async () => {
    let arrive!: (text: string) => void
    const slow = new Promise<string>((resolve) => {
      arrive = resolve
    })
    const client = inference({ transport: scriptedTransport() })
    const stream = await renderToReadableStream(
      <InferenceProvider client={client}>
        <Page slow={slow} />
      </InferenceProvider>,
    )
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toContain('…')
    arrive('late')
    let rest = ''
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) rest += chunk.value
    expect(rest.replaceAll('<!-- -->', '')).toContain('late idle 0')
  })

  it('needs no provider, also where the server has a key of its own', async () => {
    vi.stubEnv('INFERENCE_API_KEY', 'inf_server')
    expect(await textOf(await renderToReadableStream(<Page />))).toContain('<main>idle idle idle 0 0')
  })
})

const source = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

describe('in server components', () => {
  it.each([
    'use-stream.ts',
    'use-task.ts',
    'use-streams.ts',
    'use-stream-selector.ts',
    'use-run-durations.ts',
    'provider/inference-provider.tsx',
    'query/use-run-mutation.ts',
  ])('%s is client code from its first line', (file) => expect(source(file)).toMatch(/^'use client'\n/))

  it('the index is not, so that app() and inference() can be called there', () => {
    expect(source('index.ts')).not.toContain('use client')
    expect(source('query/task-query.ts')).not.toContain('use client')
  })
})
