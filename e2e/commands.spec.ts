import { expect, test } from '@playwright/test'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { isAlive, startDemo } from './start-demo.ts'

for (const { name, signal, toGroup } of [
  { name: 'Ctrl-C', signal: 'SIGINT', toGroup: true },
  { name: 'SIGTERM to npm alone', signal: 'SIGTERM', toGroup: false },
] as const) {
  test(`npm run demo serves the page and leaves no process behind on ${name}`, async () => {
    const { npm, group, address } = await startDemo({ port: 4500 })
    try {
      expect((await fetch(address)).status).toBe(200)
      const exit = once(npm, 'exit')
      process.kill(toGroup ? -group : group, signal)
      await exit
      await expect.poll(() => isAlive(-group)).toBe(false)
      await expect(fetch(address)).rejects.toThrow('fetch failed')
    } finally {
      if (isAlive(-group)) process.kill(-group, 'SIGKILL')
    }
  })
}

test('npm run demo takes the next free port and says so, with one address in its output', async () => {
  const taken = createServer().listen(4600, '127.0.0.1')
  await once(taken, 'listening')
  const demo = await startDemo({ port: 4600 })
  try {
    expect(demo.output).toContain('Port 4600 is taken, using 4601.')
    expect(demo.address).toContain('127.0.0.1:4601')
    expect(demo.output.match(/https?:\/\//g)).toHaveLength(1)
  } finally {
    await demo.stop()
    taken.close()
  }
})
