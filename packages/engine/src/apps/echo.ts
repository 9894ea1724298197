import type { App } from './app.ts'
import { objectSchema } from './schema.ts'

export const echo: App = {
  ref: 'local/echo',
  title: 'Echo',
  description: 'Answers with its input. Takes anything.',
  inputSchema: {
    ...objectSchema('Input', { message: { type: 'string', title: 'Message', default: '' } }),
    additionalProperties: true,
  },
  outputSchema: { type: 'object', title: 'Output', description: 'The input, as it came.' },
  run(input, context) {
    context.log(`echo ${JSON.stringify(input).slice(0, 200)}\n`)
    return Promise.resolve(input)
  },
}
