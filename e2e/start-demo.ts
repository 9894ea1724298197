import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface RunningDemo {
  npm: ChildProcess
  /** The process group of the command and of everything that it started. */
  group: number
  /** All that it printed until the address was there. */
  output: string
  address: string
  stop(): Promise<void>
}

/** Starts `npm run demo` as a person does, and waits for the address that it prints. */
export async function startDemo({
  port,
  env = {},
  chaos,
}: {
  port: number
  /** Faults of its engine. */
  chaos?: string
  env?: Record<string, string>
}): Promise<RunningDemo> {
  const npm = spawn(
    'npm',
    ['run', 'demo', '--', '--port', String(port), ...(chaos === undefined ? [] : ['--chaos', chaos])],
    {
      detached: true,
      stdio: 'pipe',
      env: { ...process.env, ...env },
    },
  )
  const group = npm.pid ?? Number.NaN
  const exit = once(npm, 'exit')
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
  const stop = async () => {
    if (isAlive(-group)) process.kill(-group, 'SIGTERM')
    await exit
  }
  return { npm, group, output, address, stop }
}

/** Whether a process, or a group where `pid` is negative, is still there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
