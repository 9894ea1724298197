import type { ClientTools } from '@inferstream/react'

const notes: Record<string, string> = {
  'path tracing':
    'A path tracer follows light backwards from the eye and averages many random paths; more passes, less noise.',
  streaming:
    'A stream tells what changed as it changes; after a lost connection the client asks for the whole and goes on.',
}

/** The assistant's `look_up` runs here, in the reader's browser. */
export const chatTools: ClientTools = {
  look_up: {
    description: 'Looks a topic up in the notes of this page.',
    execute: ({ topic }) => notes[String(topic).toLowerCase()] ?? `This page has no note about ${String(topic)}.`,
  },
}
