import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { reached, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-bin-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts the command in a process; its temporary files go to a folder of the test. */
function launch(...args: string[]) {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, TMPDIR: folder } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exit = new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { child, exit, output: () => output }
}

describe('inferstream-engine', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'prints its address, and stops cleanly on %s during a run',
    async (signal) => {
      const { child, exit, output } = launch()
      await expect.poll(output, { timeout: 30_000 }).toMatch(/at http:\/\/127\.0\.0\.1:\d+/)
      const url = /http:\S+/.exec(output())?.[0] ?? ''
      const id = await start(url, 'local/path-tracer', { samples: 256 })
      await reached(url, id, 7)
      expect(readdirSync(folder).filter((name) => name.startsWith('inferstream-'))).toHaveLength(1)
      child.kill(signal)
      expect(await exit).toBe(0)
      expect(readdirSync(folder).filter((name) => name.startsWith('inferstream-'))).toEqual([])
    },
  )

  it('prints its usage', async () => {
    const { exit, output } = launch('--help')
    expect(await exit).toBe(0)
    for (const flag of ['--port', '--host', '--workers', '--speed', '--heartbeat', '--require-key', '--chaos']) {
      expect(output()).toContain(flag)
    }
  })

  it.each([
    [['--port', 'many'], '--port must be a number, not "many"'],
    [['--workers', '0'], 'workers must be a whole number from 1 to 64'],
    [['--chaos', 'mayhem'], 'no chaos rule "mayhem"'],
    [['--fast'], "Unknown option '--fast'"],
    [['extra'], 'Unexpected argument'],
  ])('refuses %o with a sentence and no stack trace', async (args, message) => {
    const { exit, output } = launch(...args)
    expect(await exit).toBe(1)
    expect(output()).toContain(message)
    expect(output()).toContain('--help')
    expect(output()).not.toContain('    at ')
  })
})
