// The official SDK 0.6.54 through our proxy, and our client through the official one, with a real engine behind.
import { inference as official } from '@inferencesh/sdk'
import { createHandler } from '@inferencesh/sdk/proxy/express'
import { inference } from '@inferstream/client'
import { createEngine, type Engine } from '@inferstream/engine'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serve } from '../test/upstream.ts'
import { createNodeHandler } from './node.ts'

vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 10, heartbeatMs: 100, requireKey: true })
})
afterAll(() => engine.close())

const ourProxy = () => serve(createNodeHandler({ baseUrl: engine.url, apiKey: 'inf_server' }))

describe('the official SDK through our proxy', () => {
  it.each([true, false])('runs an app and gets its output (stream: %s)', async (stream) => {
    const client = official({ proxyUrl: await ourProxy(), stream, pollIntervalMs: 20 })
    const statuses: unknown[] = []
    const onUpdate = (update: { status: unknown }) => void statuses.push(update.status)
    const task = await client.run({ app: 'local/echo', input: { message: 'hi' } }, { onUpdate })
    expect(task).toMatchObject({ status: 10, output: { message: 'hi' } })
    expect(statuses.length).toBeGreaterThan(0)
  })

  it('cancels a run', async () => {
    const client = official({ proxyUrl: await ourProxy() })
    const { id } = await client.run({ app: 'local/slow', input: {} }, { wait: false })
    await client.tasks.cancel(id)
    await expect.poll(async () => (await client.tasks.get(id)).data.status).toBe(12)
  })

  it('talks to an agent', async () => {
    const agent = official({ proxyUrl: await ourProxy() }).agent('local/assistant')
    const texts: unknown[] = []
    await agent.sendMessage('What is 6 * 7?', { onMessage: (message) => void texts.push(message) })
    expect(JSON.stringify(texts.at(-1))).toContain('42')
  })

  it('is refused the list of all tasks, with a sentence', async () => {
    const client = official({ proxyUrl: await ourProxy() })
    await expect(client.tasks.list()).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringContaining('POST /tasks/list'),
    })
  })
})

async function officialProxy(): Promise<string> {
  const app = express()
  app.use(express.json())
  const { host } = new URL(engine.url)
  // Its declarations leave some of its options out.
  const options = { apiKey: 'inf_server', apiBaseUrl: engine.url, allowedDomains: [new RegExp(host)] }
  app.all('/api/inference/proxy', createHandler(options))
  return `${await serve(app)}/api/inference/proxy`
}

describe('our client through the official Express proxy', () => {
  it('runs an app and gets its updates and output', async () => {
    const client = inference({ proxyUrl: await officialProxy() })
    const stream = await client.run(
      { app: 'local/path-tracer', input: { width: 64, height: 40, samples: 3 } },
      { stream: true },
    )
    const statuses: string[] = []
    for await (const { status } of stream) statuses.push(status)
    expect(statuses.at(-1)).toBe('completed')
    expect((await stream.result).output).toBeDefined()
  })

  it('talks to an agent', async () => {
    const agent = inference({ proxyUrl: await officialProxy() }).agent('local/assistant')
    expect((await agent.sendMessage('What is 6 * 7?')).text).toContain('42')
    agent.close()
  })
})
