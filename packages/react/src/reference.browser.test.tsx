// The React examples of the reference documentation, as printed except for their import.
import { useEffect, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import { engineUrl } from '../test/engine.ts'
import { inference, useStream } from './index.ts'

const input = { prompt: 'A sunset', width: 48, height: 32, samples: 2 }

/** The path at which an app serves `@inferstream/proxy`, here with the engine behind it. */
function serveProxy() {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (...[resource, init]: Parameters<typeof fetch>) => {
    const url = new URL(resource instanceof Request ? resource.url : resource, location.href)
    if (!url.pathname.startsWith('/api/inference/proxy')) return fetch(resource, init)
    const headers = new Headers(init?.headers)
    const target = new URL(headers.get('x-inf-target-url') ?? url.searchParams.get('__inf_target') ?? '')
    headers.delete('x-inf-target-url')
    return fetch(engineUrl + target.pathname + target.search, { ...init, headers, credentials: 'omit' })
  })
}

afterEach(() => vi.unstubAllGlobals())

function Generator() {
  const { status, output, logs, run, cancel } = useStream()

  return (
    <div>
      {/* oxlint-disable-next-line typescript/no-misused-promises -- as printed; neither promise rejects */}
      <button onClick={() => run({ app: 'my-app', input })}>Start</button>
      {/* oxlint-disable-next-line typescript/no-misused-promises -- as printed */}
      <button onClick={cancel}>Cancel</button>
      <div>Status: {status}</div>
      {output && <img src={output.url} alt={`${logs.length} lines`} />}
    </div>
  )
}

// oxlint-disable-next-line typescript/no-explicit-any -- as printed
function ProgressDisplay({ config }: { config: any }) {
  const [status, setStatus] = useState('idle')
  const [progress, setProgress] = useState(0)
  const [logs, setLogs] = useState<string[]>([])

  useEffect(() => {
    const client = inference({ proxyUrl: '/api/inference/proxy' })

    async function run() {
      const stream = await client.run(config, { stream: true })

      for await (const update of stream) {
        setStatus(update.status)

        if (update.progress) {
          setProgress((update.progress.current / update.progress.total) * 100)
        }

        if (update.logs) {
          setLogs((prev) => [...prev, ...update.logs])
        }
      }
    }

    void run()
  }, [config])

  return (
    <div>
      <div>Status: {status}</div>
      <progress value={progress} max={100} />
      <ul>
        {logs.map((log, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- as printed
          <li key={i}>{log}</li>
        ))}
      </ul>
    </div>
  )
}

const config = { app: 'my-app', input }

describe('the examples of the reference documentation', () => {
  it('"React Hook for Streaming": the usage works as printed', async () => {
    serveProxy()
    const screen = await render(<Generator />)
    await expect.element(screen.getByText('Status: idle')).toBeVisible()
    await screen.getByRole('button', { name: 'Start' }).click()
    await expect.element(screen.getByText('Status: completed'), { timeout: 30_000 }).toBeVisible()
    const image = screen.getByRole('img').element() as HTMLImageElement
    await image.decode()
    expect(image.naturalWidth).toBe(48)
    await screen.getByRole('button', { name: 'Start' }).click()
    await screen.getByRole('button', { name: 'Cancel' }).click()
    await expect.element(screen.getByText(/Status: (cancelled|completed)/), { timeout: 30_000 }).toBeVisible()
  })

  it('"React Progress Component": the effect works as printed', async () => {
    serveProxy()
    const screen = await render(<ProgressDisplay config={config} />)
    await expect.element(screen.getByText('Status: completed'), { timeout: 30_000 }).toBeVisible()
    expect(screen.getByRole('progressbar').element()).toHaveProperty('value', 100)
    expect(screen.getByRole('listitem').elements().length).toBeGreaterThan(0)
  })
})
