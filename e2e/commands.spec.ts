import { expect, test } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

// The real command, as a newcomer types it; each test owns its process group and must find it empty in the end.
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const groups: number[] = []
test.afterEach(() => {
  for (const group of groups.splice(0)) if (isAlive(-group)) process.kill(-group, 'SIGKILL')
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function startDemo(port: number): Promise<{ npm: ChildProcess; group: number; output: string; address: string }> {
  const npm = spawn('npm', ['run', 'demo', '--', '--port', String(port)], { detached: true, stdio: 'pipe' })
  const group = npm.pid ?? Number.NaN
  groups.push(group)
  let output = ''
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const match = /http:\/\/\S+/.exec(output)
      if (match) resolve(match[0])
    }
    npm.stdout.on('data', read)
    npm.stderr.on('data', read)
    npm.once('exit', () => reject(new Error(`The demo ended:\n${output}`)))
  })
  return { npm, group, output, address }
}

for (const { name, signal, toGroup } of [
  { name: 'Ctrl-C', signal: 'SIGINT', toGroup: true },
  { name: 'SIGTERM to npm alone', signal: 'SIGTERM', toGroup: false },
] as const) {
  test(`npm run demo serves the page and leaves no process behind on ${name}`, async () => {
    const { npm, group, address } = await startDemo(4500)
    expect((await fetch(address)).status).toBe(200)

    const exit = once(npm, 'exit')
    process.kill(toGroup ? -group : group, signal)
    await exit
    await expect.poll(() => isAlive(-group), { timeout: 10_000 }).toBe(false)
    await expect(fetch(address)).rejects.toThrow()
  })
}

test('npm run demo takes the next free port and says so, with one address in its output', async () => {
  const taken = createServer().listen(4600, '127.0.0.1')
  await once(taken, 'listening')
  const { npm, group, output, address } = await startDemo(4600)
  expect(output).toContain('Port 4600 is taken, using 4601.')
  expect(address).toContain('127.0.0.1:4601')
  expect(output.match(/https?:\/\//g)).toHaveLength(1)

  const exit = once(npm, 'exit')
  process.kill(-group, 'SIGTERM')
  await exit
  taken.close()
})
