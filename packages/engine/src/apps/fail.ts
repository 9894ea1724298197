import type { App } from './app.ts'
import { objectSchema, stringOr } from './schema.ts'

const phases = ['preparing', 'serving', 'setting_up', 'running'] as const

export const fail: App = {
  ref: 'local/fail',
  title: 'Fail',
  description: 'Fails while running, or in the given phase. For tests of how failures are shown.',
  inputSchema: objectSchema('Input', {
    phase: { type: 'string', enum: phases, default: 'running', title: 'Phase to fail in' },
    message: { type: 'string', default: 'The app failed, as requested.', title: 'Error message' },
    crash: { type: 'boolean', default: false, title: 'Crash the worker thread instead of throwing' },
  }),
  outputSchema: { type: 'object', title: 'Output', description: 'Never given.' },
  phaseLog(phase, input) {
    if (input['phase'] === phase) throw new Error(errorMessage(input))
    return []
  },
  async run(input, context) {
    context.log('INFO     starting\n')
    await context.sleep(200)
    context.progress(1, 4, 'steps')
    context.log('\u{1b}[33mWARNING\u{1b}[0m  step 2 gave no result, trying again\n')
    await context.sleep(200)
    context.log('\u{1b}[31mERROR\u{1b}[0m    giving up\n')
    if (input['crash'] === true) {
      await context.drained()
      setImmediate(() => {
        throw new Error(errorMessage(input))
      })
      await context.sleep(60_000)
    }
    throw new Error(errorMessage(input))
  },
}

function errorMessage(input: Readonly<Record<string, unknown>>): string {
  return stringOr(input['message'], 'The app failed, as requested.')
}
