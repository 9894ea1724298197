// An AI SDK route as many apps have it: it says what it is doing in `data-` parts, and can be resumed.
import { setTimeout } from 'node:timers/promises'
import { createUIMessageStream, createUIMessageStreamResponse } from 'ai'
import { keep, kept, stop } from './kept-streams.mjs'

const pause = (ms, signal) => setTimeout(ms, undefined, { signal })

/** Stands for the work of a model. */
async function work({ writer, signal, question }) {
  writer.write({ type: 'data-log', data: [`question: ${question}`, 'reading 24 documents'] })
  for (let page = 1; page <= 24; page += 1) {
    await pause(150, signal)
    writer.write({ type: 'data-log', data: [`document ${page}: ${(page * 7919) % 1000} words`] })
    writer.write({ type: 'data-progress', id: 'progress', data: { current: page, total: 24, unit: 'documents' } })
  }
  writer.write({ type: 'text-start', id: '1' })
  for (const word of 'The documents agree: the lake lay still until the wind turned.'.split(/(?<= )/)) {
    await pause(80, signal)
    writer.write({ type: 'text-delta', id: '1', delta: word })
  }
  writer.write({ type: 'text-end', id: '1' })
}

export async function POST(request) {
  const { id, messages } = await request.json()
  const question = messages.at(-1)?.parts?.find(({ type }) => type === 'text')?.text ?? ''
  const signal = keep(id)
  const stream = createUIMessageStream({
    async execute({ writer }) {
      try {
        await work({ writer, signal, question })
      } catch (error) {
        if (!signal.aborted) throw error
        writer.write({ type: 'abort' })
      }
    },
    onError: (error) => (error instanceof Error ? error.message : 'It failed.'),
  })
  return createUIMessageStreamResponse({ stream, consumeSseStream: ({ stream: sse }) => kept(id).fill(sse) })
}

/** GET …/{id}/stream: what a page that was reloaded goes on with. */
export function GET(id) {
  const stream = kept(id)?.replay()
  return stream
    ? new Response(stream, { headers: { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' } })
    : new Response(null, { status: 204 })
}

export function DELETE(id) {
  stop(id)
  return new Response(null, { status: 204 })
}
