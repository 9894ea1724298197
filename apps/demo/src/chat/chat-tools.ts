import type { ClientTools } from '@inferstream/react'

const notes: Record<string, string> = {
  'path tracing':
    'A path tracer follows light backwards from the eye and averages many random paths; more passes, less noise.',
  streaming:
    'A stream sends changes as they happen; after a lost connection the client fetches the whole task and continues.',
}

/** The assistant's `look_up` tool, which runs in the browser. */
export const chatTools: ClientTools = {
  look_up: {
    description: 'Looks up a topic in the notes of this page.',
    execute: ({ topic }) => notes[String(topic).toLowerCase()] ?? `This page has no note about ${String(topic)}.`,
  },
}

/** What the assistant can do, one example each. */
export const suggestions = [
  'What is 17 * 23?',
  'Render a lake',
  'Explain path tracing',
  'Remember that I like blue',
  'Tell me a story in 500 words',
]
