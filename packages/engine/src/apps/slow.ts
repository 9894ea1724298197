import type { App } from './app.ts'
import { numberOr, objectSchema } from './schema.ts'
import { tqdmBar } from './tqdm.ts'

export const slow: App = {
  ref: 'local/slow',
  title: 'Slow',
  description: 'Waits for 30 seconds unless `seconds` is given, and shows progress only in its log.',
  inputSchema: objectSchema('Input', {
    seconds: { type: 'number', minimum: 0, maximum: 3_600, default: 30, title: 'Seconds' },
  }),
  outputSchema: objectSchema('Output', { seconds: { type: 'number', title: 'Seconds taken' } }),
  async run(input, context) {
    const seconds = numberOr(input['seconds'], 30)
    const steps = Math.max(1, Math.round(seconds * 4))
    const started = performance.now()
    const elapsed = () => (performance.now() - started) / 1_000
    for (let step = 0; step < steps; step++) {
      context.log(`\r${tqdmBar('Waiting', step, steps, elapsed())}`)
      await context.sleep((seconds * 1_000) / steps)
    }
    context.log(`\r${tqdmBar('Waiting', steps, steps, elapsed())}\n`)
    return { seconds: elapsed() }
  },
}
