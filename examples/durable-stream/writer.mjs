// A job in a process of its own: `node writer.mjs <url of its stream>`. It writes what it does, and closes the stream at its end.
import { DurableStream } from '@durable-streams/client'

const stream = await DurableStream.create({ url: process.argv[2], contentType: 'application/json' })
const say = async (update) => stream.append(JSON.stringify(update))
let isCancelled = false
process.on('SIGTERM', () => (isCancelled = true))

await say({ status: 'running', logs: ['the writer has begun'] })
let text = ''
for (const [index, word] of 'The lake lay still until the wind turned over the hills .'.split(' ').entries()) {
  if (isCancelled) break
  await new Promise((resolve) => setTimeout(resolve, 300))
  text += `${word} `
  await say({
    logs: [`word ${index + 1}: ${word}`],
    progress: { current: index + 1, total: 12, unit: 'words' },
    delta: { response: `${word} ` },
  })
}
await say(isCancelled ? { status: 'cancelled' } : { status: 'completed', output: { response: text } })
await stream.close()
