import { Suspense, use } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { renderToReadableStream } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { useStream, useTask } from '../index.ts'

const app = { app: 'ns/app', input: {} }

interface PageProps {
  client: InferenceClient
  late: Promise<string>
}

// No provider: React cannot tell a server that renders in this same document apart from one that shares its contexts.
function Page({ client, late }: PageProps) {
  return (
    <main>
      <Resumed client={client} />
      <Suspense fallback={<i>waiting</i>}>
        <Late client={client} late={late} />
      </Suspense>
    </main>
  )
}

function Resumed({ client }: Pick<PageProps, 'client'>) {
  const stream = useStream({ client, resume: 'hydrated' })
  return <button onClick={() => void stream.run(app)}>{stream.status}</button>
}

function Late({ client, late }: PageProps) {
  const { status } = useTask('scripted-1', { client })
  return (
    <b>
      {use(late)} {status}
    </b>
  )
}

/** A document of its own, into which the server's bytes are written as they come. */
function emptyFrame() {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const page = frame.contentDocument
  if (!page) throw new Error('The frame has no document.')
  page.open()
  page.write('<!doctype html><div id="root">')
  return { frame, page }
}

afterEach(() => {
  document.querySelector('iframe')?.remove()
  // Other test files share the origin.
  localStorage.removeItem('inferstream:hydrated')
})

describe('a page that a server streamed', () => {
  it('hydrates without a mismatch, boundary by boundary, and then shows the resumed run', async () => {
    const transport = scriptedTransport()
    const client = inference({ transport })
    const { taskId } = await client.run(app, { wait: false })
    transport.last.update({ status: 'running' })
    localStorage.setItem('inferstream:hydrated', JSON.stringify({ taskId, savedAt: Date.now() }))

    let arrive!: (text: string) => void
    const late = new Promise<string>((resolve) => {
      arrive = resolve
    })
    // A server has a client and a memory of its own.
    const server = <Page client={inference({ transport: scriptedTransport() })} late={late} />
    const { page } = emptyFrame()
    const reader = (await renderToReadableStream(server)).pipeThrough(new TextDecoderStream()).getReader()
    page.write((await reader.read()).value ?? '')
    expect(page.querySelector('i')?.textContent).toBe('waiting')
    expect(page.querySelector('button')?.textContent).toBe('idle')

    // Another part of the page already shows the task that the late part will show.
    const island = document.createElement('div')
    const islandRoot = createRoot(island)
    const here = Promise.resolve('island')
    islandRoot.render(<Late client={client} late={here} />)
    await vi.waitFor(() => expect(island.textContent).toBe('island running'), 60_000)

    const complaints = vi.fn()
    const logged = vi.spyOn(console, 'error').mockImplementation(complaints)
    const tree = <Page client={client} late={late} />
    const root = hydrateRoot(page.querySelector('#root')!, tree, { onRecoverableError: complaints })
    await vi.waitFor(() => expect(page.querySelector('button')?.textContent).toBe('running'), 60_000)

    arrive('late')
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) page.write(chunk.value)
    page.close()
    await vi.waitFor(() => expect(page.querySelector('b')?.textContent).toBe('late running'), 60_000)

    page.querySelector('button')?.click()
    await vi.waitFor(() => expect(page.querySelector('button')?.textContent).toBe('received'), 60_000)
    expect(complaints).not.toHaveBeenCalled()
    root.unmount()
    islandRoot.unmount()
    logged.mockRestore()
  })
})
