// Cost of reading a run over each adapter, beside the same run over the wire of inference.sh: from the bytes to the end of the run, with a
// reader of its updates. The wires need very different numbers of bytes for a token, so the target is the time per byte. Needs `pnpm build`.
import { inference } from '@inferstream/client'
import { aiSdk } from '@inferstream/adapters/ai-sdk'
import { durableStreams } from '@inferstream/adapters/durable-streams'
import { openAIResponses } from '@inferstream/adapters/openai-responses'

const count = 20_000
const word = (index) => `token${index % 997} `
const words = Array.from({ length: count }, (_, index) => word(index))

const ssePieces = (events) => {
  const bytes = new TextEncoder().encode(events.join(''))
  const size = 65_536
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
const json = (value, headers = {}) => Response.json(value, { headers })
/** Bytes of the last stream. */
let length = 0
const stream = (pieces, headers = {}) => {
  length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let next = 0
  const body = new ReadableStream({
    pull(controller) {
      if (next < pieces.length) controller.enqueue(pieces[next++])
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } })
}
const data = (value, extra = '') => `${extra}data: ${JSON.stringify(value)}\n\n`

/** For each wire its options for `inference()`, with a fetch that answers from memory. */
const wires = {
  'inference.sh': () => {
    const pieces = ssePieces([
      data({ id: 't1', status: 7, output: {}, logs: [] }, 'id: 1\n'),
      ...words.map(
        (response, index) => `event: delta\n${data({ delta: { response }, seq: index + 1 }, `id: ${index + 2}\n`)}`,
      ),
      data({ id: 't1', status: 10, output: { response: words.join('') } }, `id: ${count + 2}\n`),
    ])
    const fetch = async (url) =>
      String(url).endsWith('/stream') ? stream(pieces) : json({ data: { id: 't1', status: 7, logs: [] } })
    return { baseUrl: 'https://own.test', fetch }
  },
  'ai-sdk': () => {
    const pieces = ssePieces([
      data({ type: 'start' }),
      data({ type: 'text-start', id: '1' }),
      ...words.map((delta) => data({ type: 'text-delta', id: '1', delta })),
      data({ type: 'text-end', id: '1' }),
      data({ type: 'finish' }),
      'data: [DONE]\n\n',
    ])
    const fetch = async () => stream(pieces, { 'x-vercel-ai-ui-message-stream': 'v1' })
    return { transport: aiSdk({ api: 'https://ai.test/chat', fetch }) }
  },
  'openai-responses': () => {
    const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] }
    const text = words.join('')
    const output = [
      {
        type: 'message',
        id: 'm1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ]
    const at = { item_id: 'm1', output_index: 0, content_index: 0 }
    const pieces = ssePieces(
      [
        { type: 'response.created', response },
        { type: 'response.in_progress', response },
        { type: 'response.output_item.added', output_index: 0, item: { ...output[0], content: [] } },
        ...words.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
        { type: 'response.completed', response: { ...response, status: 'completed', output } },
      ].map((event, index) => `event: ${event.type}\n${data({ ...event, sequence_number: index })}`),
    )
    return { transport: openAIResponses({ baseUrl: 'https://openai.test/v1', fetch: async () => stream(pieces) }) }
  },
  'durable-streams': () => {
    const pieces = ssePieces([
      ...words.map(
        (response, index) =>
          `event: data\n${data([{ status: 'running', delta: { response } }])}event: control\n${data({ streamNextOffset: `${index}` })}`,
      ),
      `event: data\n${data([{ status: 'completed', output: { response: words.join('') } }])}event: control\n${data({ streamNextOffset: 'end', streamClosed: true })}`,
    ])
    const fetch = async (url) =>
      String(url).includes('live=sse')
        ? stream(pieces)
        : json([], { 'stream-next-offset': '0', 'stream-up-to-date': 'true' })
    return {
      transport: durableStreams({ url: (id) => `https://durable.test/${id}`, start: async () => 'd1', fetch }),
    }
  },
}

async function time(name) {
  const client = inference(wires[name]())
  const begin = performance.now()
  const run = await client.run({ app: 'bench/words', input: 'words' }, { stream: true })
  for await (const update of run) void update
  const { output } = await run.result
  const taken = performance.now() - begin
  if (!JSON.stringify(output).includes(word(count - 1))) throw new Error(`${name}: the text is not whole`)
  return { taken, bytes: length }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

export default async function bench({ rounds, report }) {
  const names = Object.keys(wires)
  const times = new Map(names.map((name) => [name, []]))
  const bytes = new Map()
  for (let round = -1; round < rounds; round++)
    for (const name of names) {
      const one = await time(name)
      bytes.set(name, one.bytes)
      if (round >= 0) times.get(name).push(one.taken)
    }
  const [own, ...others] = names.map((name) => ({ name, taken: median(times.get(name)), bytes: bytes.get(name) }))
  report(`${own.name}: 20,000 tokens in ${(own.bytes / 1e6).toFixed(1)} MB`, own.taken, 'ms')
  for (const { name, taken, bytes: size } of others) {
    report(`${name}: the same in ${(size / 1e6).toFixed(1)} MB`, taken / own.taken, '× own wire')
    report(`${name}: a byte`, taken / size / (own.taken / own.bytes), '× own wire', { max: 1.2 })
  }
}
