import type { App } from './app.ts'
import { objectSchema } from './schema.ts'

export const echo: App = {
  ref: 'local/echo',
  title: 'Echo',
  description: 'Returns its input. Accepts any JSON.',
  inputSchema: {
    ...objectSchema('Input', { message: { type: 'string', title: 'Message', default: '' } }),
    additionalProperties: true,
  },
  outputSchema: { type: 'object', title: 'Output', description: 'The input, unchanged.' },
  run(input, context) {
    context.log(`echo ${JSON.stringify(input).slice(0, 200)}\n`)
    return Promise.resolve(input)
  },
}
