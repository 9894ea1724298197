// The examples of the streaming reference that need no React, one test each, named as there: only the import is ours.
// What an example prints to the console is what its test looks at.
/* oxlint-disable typescript/no-explicit-any, unicorn/consistent-function-scoping, eslint/no-shadow, typescript/no-base-to-string, typescript/restrict-template-expressions, typescript/consistent-return -- the examples are kept as printed */
import { createEngine } from '@inferstream/engine'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { inference } from '../index.ts'

let engine: Awaited<ReturnType<typeof createEngine>>
const printed: string[] = []

beforeAll(async () => {
  engine = await createEngine({ port: 0, workers: 3, speed: 20 })
  vi.stubEnv('INFERENCE_BASE_URL', engine.url)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
})

beforeEach(() => {
  printed.length = 0
  vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => void printed.push(args.map(String).join(' ')))
})

afterEach(() => {
  vi.restoreAllMocks()
})

const config = { app: 'infsh/flux-schnell', input: { prompt: 'A mountain', width: 48, height: 32, samples: 2 } }
const client = () => inference({ apiKey: 'inf_...' })

describe('the streaming reference', () => {
  it('Basic Streaming', async () => {
    const client = inference({ apiKey: 'inf_...' })

    const stream = await client.run(
      {
        app: 'google/veo-3-1-fast',
        input: { prompt: 'A sunset timelapse', frames: 4, width: 64, height: 48 },
      },
      { stream: true },
    )

    for await (const update of stream) {
      console.log(`Status: ${update.status}`)
    }

    expect(printed[0]).toBe('Status: received')
    expect(printed).toContain('Status: running')
    expect(printed.at(-1)).toBe('Status: completed')
  })

  it('Handling Different Update Types', async () => {
    const stream = await client().run(config, { stream: true })

    for await (const update of stream) {
      const { status } = update

      // Task state changes
      if (status === 'queued') {
        console.log('Task queued, waiting for worker...')
      } else if (status === 'running') {
        console.log('Task is running...')
      } else if (status === 'completed') {
        console.log('Done!')
        console.log('Output:', update.output)
      } else if (status === 'failed') {
        console.log('Error:', update.error)
      }

      // Progress logs
      if (update.logs?.length) {
        for (const log of update.logs) {
          console.log(`  Log: ${log}`)
        }
      }

      // Partial outputs
      if (update.partial_output) {
        console.log(`  Partial: ${update.partial_output}`)
      }
    }

    expect(printed).toContain('Task is running...')
    expect(printed).toContain('Done!')
    expect(printed.filter((line) => line.startsWith('  Log: ')).length).toBeGreaterThan(3)
    expect(printed.some((line) => line.startsWith('  Partial: '))).toBe(true)
  })

  it('Handling Different Update Types, of a run that fails', async () => {
    const stream = await client().run({ app: 'local/fail', input: {} }, { stream: true })
    for await (const update of stream) if (update.status === 'failed') console.log('Error:', update.error)
    expect(printed).toHaveLength(1)
    expect(printed[0]!.length).toBeGreaterThan('Error: '.length + 5)
  })

  it('Node.js CLI Progress Bar', async () => {
    const written: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)

    function progressBar(current: number, total: number, width = 50) {
      const filled = Math.round((width * current) / total)
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
      const percent = ((current / total) * 100).toFixed(1)
      process.stdout.write(`\r[${bar}] ${percent}%`)
    }

    const stream = await client().run(config, { stream: true })

    for await (const update of stream) {
      if (update.progress) {
        progressBar(update.progress.current, update.progress.total)
      }

      if (update.status === 'completed') {
        console.log('\n✓ Complete!')
      }
    }

    write.mockRestore()
    expect(written.at(-1)).toBe(`\r[${'█'.repeat(50)}] 100.0%`)
    expect(printed).toEqual(['\n✓ Complete!'])
  })

  describe('Streaming with Timeout', () => {
    async function streamWithTimeout(config: any, timeoutMs: number) {
      const client = inference({ apiKey: 'inf_...' })
      const start = Date.now()

      const stream = await client.run(config, { stream: true })

      for await (const update of stream) {
        if (Date.now() - start > timeoutMs) {
          console.log('Timeout reached')
          break
        }

        console.log(`Status: ${update.status}`)

        if (['completed', 'failed'].includes(update.status)) {
          return update
        }
      }
    }

    it('ends with the last update', async () => {
      const result = await streamWithTimeout(config, 60000) // 1 minute
      expect(result).toMatchObject({ status: 'completed', output: { url: expect.stringContaining('/files/') } })
    })

    it('leaves the loop when time is up, and the connection with it', async () => {
      expect(await streamWithTimeout({ app: 'local/slow', input: {} }, 50)).toBeUndefined()
      expect(printed.at(-1)).toBe('Timeout reached')
    })
  })

  it('Multiple Streams in Parallel', async () => {
    async function parallelStreams() {
      const client = inference({ apiKey: 'inf_...' })

      const configs = [
        { app: 'infsh/flux-schnell', input: { prompt: 'A mountain', width: 48, height: 32, samples: 2 } },
        { app: 'infsh/flux-schnell', input: { prompt: 'An ocean', width: 48, height: 32, samples: 2 } },
        { app: 'infsh/flux-schnell', input: { prompt: 'A forest', width: 48, height: 32, samples: 2 } },
      ]

      async function streamOne(config: any, index: number) {
        const stream = await client.run(config, { stream: true })

        for await (const update of stream) {
          console.log(`[${index}] ${update.status}`)

          if (update.status === 'completed') {
            return update.output
          }
        }
      }

      const results = await Promise.all(configs.map((c, i) => streamOne(c, i)))

      return results
    }

    const results = await parallelStreams()
    expect(results).toHaveLength(3)
    for (const index of [0, 1, 2]) {
      expect(results[index]).toMatchObject({ image: { content_type: 'image/png' } })
      expect(printed).toContain(`[${index}] completed`)
    }
  })

  it('Cancelling a Stream', async () => {
    let abort = () => {}
    vi.stubGlobal(
      'setTimeout',
      Object.assign((callback: () => void, delay: number) => {
        // The ten seconds of the example are over as soon as the test says so.
        if (delay === 10_000) abort = callback
        else return realSetTimeout(callback, delay)
        return 0
      }),
    )
    async function cancellableStream(config: any) {
      const client = inference({ apiKey: 'inf_...' })
      const controller = new AbortController()

      // Cancel after 10 seconds
      setTimeout(() => controller.abort(), 10000)

      try {
        const stream = await client.run(config, {
          stream: true,
          signal: controller.signal,
        })

        for await (const update of stream) {
          console.log(update.status)
        }
      } catch (e: any) {
        if (e.name === 'AbortError') {
          console.log('Stream cancelled')
        } else {
          throw e
        }
      }
    }

    const cancelled = cancellableStream({ app: 'local/slow', input: {} })
    vi.unstubAllGlobals()
    await vi.waitFor(() => expect(printed).toContain('running'), 60_000)
    abort()
    await cancelled
    expect(printed.at(-1)).toBe('Stream cancelled')
    const { items } = await client().tasks.list()
    const newest = items[0]!.taskId
    await vi.waitFor(async () => expect((await client().tasks.get(newest)).status).toBe('cancelled'), 60_000)
  })

  it('Collecting All Logs', async () => {
    async function collectLogs(config: any) {
      const client = inference({ apiKey: 'inf_...' })
      const allLogs: string[] = []

      const stream = await client.run(config, { stream: true })

      for await (const update of stream) {
        if (update.logs) {
          allLogs.push(...update.logs)
        }

        if (update.status === 'completed') {
          console.log('Final logs:')
          allLogs.forEach((log) => console.log(`  ${log}`))
          return update.output
        }
      }
    }

    const output = await collectLogs({ app: 'local/flood', input: { lines: 3_000, rate: 100_000 } })
    expect(output).toBeDefined()
    expect(printed[0]).toBe('Final logs:')
    expect(printed.length).toBeGreaterThan(3_000)
  })

  it('Custom Stream Processor Class', async () => {
    class StreamProcessor {
      logs: string[] = []
      startTime?: number
      endTime?: number

      process(update: any): boolean {
        if (!this.startTime) {
          this.startTime = Date.now()
        }

        if (update.logs) {
          this.logs.push(...update.logs)
        }

        if (['completed', 'failed'].includes(update.status)) {
          this.endTime = Date.now()
          return true // Done
        }

        return false // Continue
      }

      get duration(): number | null {
        if (this.startTime && this.endTime) {
          return this.endTime - this.startTime
        }
        return null
      }
    }

    // Usage
    const processor = new StreamProcessor()
    const stream = await client().run(config, { stream: true })

    for await (const update of stream) {
      if (processor.process(update)) {
        break
      }
    }

    console.log(`Duration: ${processor.duration}ms`)
    console.log(`Logs: ${processor.logs.length}`)

    expect(printed[0]).toMatch(/^Duration: \d+ms$/)
    expect(processor.logs.length).toBeGreaterThan(3)
  })
})

const realSetTimeout = setTimeout
