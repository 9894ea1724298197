// The real engine in chaos mode: each line once and in order within its source, and the run settles.
import { createEngine } from '@inferstream/engine'
import { expect, it } from 'vitest'
import { inference } from '../client/client.ts'
import type { LogEntry } from '../core/types.ts'

const retry = { baseDelay: 20, maxDelay: 100 }
const rules = ['cut=700', 'cut=4096', 'dup=0.2', 'drop=0.3', 'cut=20000 dup=0.05 delay=20', 'html429=1']
const rows = rules.flatMap((chaos) => (['sse', 'ndjson'] as const).map((format) => ({ chaos, format })))

it.each(rows)('$chaos over $format', async ({ chaos, format }) => {
  const engine = await createEngine({ port: 0, speed: 20, chaos, heartbeatMs: 300 })
  try {
    const client = inference({ baseUrl: engine.url, format, idleTimeoutMs: 1_000, retry })
    const stream = await client.run({ app: 'local/flood', input: { lines: 1_000, rate: 20_000 } }, { stream: true })
    const seen: string[] = []
    for await (const update of stream) seen.push(...update.logs)
    expect(stream.state.status).toBe('completed')
    expect(seen).toEqual([...stream.state.logs])
    const { logs } = stream.state
    const entries = logs.map((_, index) => logs.entry(index)!)
    expect(bySource(entries)).toEqual(bySource(await client.tasks.logs(stream.taskId)))
  } finally {
    await engine.close()
  }
})

function bySource(entries: readonly LogEntry[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {}
  for (const { source, text } of entries) (lists[source] ??= []).push(text)
  return lists
}
