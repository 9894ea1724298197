#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { createEngine } from './index.ts'

const help = `Usage: inferstream-engine [options]

A local engine with the API of inference.sh. Needs no account and no key.

  --port <number>       port to listen on (default: any free port)
  --host <address>      address to listen on (default: 127.0.0.1)
  --workers <number>    tasks that run at the same time (default: 2)
  --speed <number>      divides waits, not work (default: 1)
  --heartbeat <ms>      time between heartbeats of a stream (default: 10000)
  --require-key         answer 401 to calls without a key; any key is accepted
  --chaos <rules>       faults to inject, such as "drop=0.1 delay=200"
  --help                show this
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      workers: { type: 'string' },
      speed: { type: 'string' },
      heartbeat: { type: 'string' },
      'require-key': { type: 'boolean' },
      chaos: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const engine = await createEngine({
    port: numberOf('port', values.port),
    host: values.host,
    workers: numberOf('workers', values.workers),
    speed: numberOf('speed', values.speed),
    heartbeatMs: numberOf('heartbeat', values.heartbeat),
    requireKey: values['require-key'],
    chaos: values.chaos,
  })
  process.stdout.write(`The engine is at ${engine.url} (Ctrl-C ends it)\n`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void engine.close().finally(() => process.exit(0)))
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new RangeError(`--${name} must be a number, not "${text}".`)
  return value
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee inferstream-engine --help.\n`)
  process.exitCode = 1
})
