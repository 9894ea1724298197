import type { App, AppContext } from './app.ts'
import { numberOr, objectSchema } from './schema.ts'

/** Milliseconds between two batches of lines. */
const batchInterval = 10

export const flood: App = {
  ref: 'local/flood',
  title: 'Flood',
  description: 'Writes many log lines, as arrays of lines with their position.',
  inputSchema: objectSchema('Input', {
    lines: { type: 'integer', minimum: 0, maximum: 5_000_000, default: 10_000, title: 'Lines' },
    rate: { type: 'number', minimum: 1, maximum: 1_000_000, default: 5_000, title: 'Lines per second' },
  }),
  outputSchema: objectSchema('Output', {
    lines: { type: 'integer', title: 'Lines written' },
    seconds: { type: 'number', title: 'Seconds taken' },
  }),
  logsAsLines: true,
  async run(input, context) {
    const lines = numberOr(input['lines'], 10_000)
    const rate = numberOr(input['rate'], 5_000)
    const started = performance.now()
    await writeLines(context, lines, rate)
    return { lines, seconds: (performance.now() - started) / 1_000 }
  },
}

async function writeLines(context: AppContext, lines: number, rate: number): Promise<void> {
  const perBatch = Math.max(1, Math.round((rate * context.speed * batchInterval) / 1_000))
  const wait = (perBatch * 1_000) / rate
  const started = performance.now()
  let due = 0
  for (let written = 0; written < lines;) {
    const batch: string[] = []
    for (const end = Math.min(lines, written + perBatch); written < end; written++) batch.push(floodLine(written))
    context.log(`${batch.join('\n')}\n`)
    if (written >= lines) break
    await context.drained()
    // Timers fire late; the next wait is shortened by that, so that the rate holds.
    due += wait
    const late = (performance.now() - started) * context.speed
    await context.sleep(Math.max(0, due - late))
  }
}

const levels = [
  'INFO ',
  'DEBUG',
  'INFO ',
  'INFO ',
  '\u{1b}[33mWARN\u{1b}[0m ',
  'INFO ',
  'DEBUG',
  '\u{1b}[31mERROR\u{1b}[0m',
]

/** Lines are numbered from 0, so that a reader can detect missing and repeated ones. */
function floodLine(index: number): string {
  return `[${String(index).padStart(7, '0')}] ${levels[index % levels.length] ?? ''} worker ${index % 4}: batch ${index >> 5} item ${index & 31}`
}
