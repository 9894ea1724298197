import { stringOr } from '../../apps/schema.ts'
import type { JsonObject } from '../../apps/app.ts'
import type { Tool } from '../tool.ts'

function parameters(properties: Record<string, JsonObject>, required = Object.keys(properties)): JsonObject {
  return { type: 'object', properties, required }
}

/** Called for topics without a rule; the client answers it, as in the reference's example. */
export const lookUp: Tool = {
  name: 'look_up',
  displayName: 'Look up',
  description: 'Asks the client that shows this chat about a topic.',
  type: 'client',
  needsApproval: false,
  parameters: parameters({ topic: { type: 'string', description: 'What to look up.' } }),
}

/** The assistant's own tools, for its rules and for a model alike. Libraries are loaded by the first call. */
export const assistantTools: readonly Tool[] = [
  {
    name: 'calculate',
    displayName: 'Calculate',
    description: 'Calculates an arithmetic expression such as 17 * 23 or sqrt(2) / 3.',
    type: 'internal',
    needsApproval: false,
    parameters: parameters({ expression: { type: 'string', description: 'The expression.' } }),
    run: async ({ expression }) => (await import('./calculate.ts')).calculate(stringOr(expression, '')),
  },
  {
    name: 'search_docs',
    displayName: 'Search the documentation',
    description: 'Searches the documentation of Inferstream: runs, streams, hooks, components, proxy, engine, agents.',
    type: 'internal',
    needsApproval: false,
    parameters: parameters({ query: { type: 'string', description: 'A question or a few words.' } }),
    run: async ({ query }) => JSON.stringify((await import('./search-docs.ts')).searchDocs(stringOr(query, ''))),
  },
  {
    name: 'render',
    displayName: 'Render',
    description: 'Renders a picture by tracing light. It takes some seconds.',
    type: 'app',
    needsApproval: false,
    parameters: parameters(
      {
        prompt: { type: 'string', description: 'What is on the picture.' },
        width: { type: 'integer', description: 'Pixels, 480 if not given.' },
        height: { type: 'integer', description: 'Pixels, 300 if not given.' },
        samples: { type: 'integer', description: 'Rays for each pixel, 16 if not given.' },
      },
      ['prompt'],
    ),
    app: { ref: 'local/path-tracer', input: {} },
  },
  {
    name: 'remember',
    displayName: 'Remember',
    description: 'Stores a fact in the memory of this chat, after the user has allowed it.',
    type: 'internal',
    needsApproval: true,
    parameters: parameters({
      key: { type: 'string', description: 'What the fact is about.' },
      value: { type: 'string', description: 'The fact.' },
    }),
    run: ({ key, value }, { memory, remember }) => {
      const name = stringOr(key, '').slice(0, 200)
      if (name === '') throw new Error('Nothing to remember: key is empty.')
      if (!Object.hasOwn(memory, name) && Object.keys(memory).length >= 100)
        throw new Error('The memory of this chat is full.')
      remember(name, stringOr(value, '').slice(0, 2_000))
      return JSON.stringify({ remembered: name })
    },
  },
]
