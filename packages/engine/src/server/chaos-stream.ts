import { setTimeout as wait } from 'node:timers/promises'
import type { ChaosRules } from '../chaos.ts'
import type { StreamFormat } from './line-stream.ts'

export interface ChaosStreamOptions {
  rules: ChaosRules
  format: StreamFormat
  random: () => number
  /** Resets the connection. */
  reset: () => void
}

/** Whether any of the rules affects streams. */
export function disturbsStreams(rules: ChaosRules): boolean {
  return streamRules.some((name) => (rules[name] ?? 0) > 0)
}

const streamRules = ['drop', 'cut', 'end', 'stall', 'dup', 'malformed', 'bytewise'] as const

/** A stream's bytes with injected faults. */
export function disturb(stream: ReadableStream<Uint8Array>, options: ChaosStreamOptions): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  const pieces = disturbedPieces(reader, options)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel(reason) {
        await reader.cancel(reason)
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

const encoder = new TextEncoder()

/** Milliseconds before a reset: a reset discards bytes in transit, and those sent before it must arrive. */
const flushMs = 20

async function* disturbedPieces(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { rules, format, random, reset }: ChaosStreamOptions,
): AsyncGenerator<Uint8Array, undefined> {
  const happens = (probability = 0) => random() < probability
  const limit = Math.min(rules.cut || Infinity, rules.end || Infinity)
  let sent = 0
  let frames = 0
  for await (const frame of framesOf(reader, format)) {
    if (happens(rules.drop)) {
      await wait(flushMs)
      reset()
      return undefined
    }
    if (frames === 1 && rules.stall) await wait(rules.stall)
    frames++
    const broken = happens(rules.malformed) ? (format === 'sse' ? 'data: {"data":{"id"\n\n' : '{"data":{"id"\n') : ''
    const bytes = encoder.encode(broken + (happens(rules.dup) ? frame + frame : frame))
    const room = bytes.subarray(0, Math.max(0, limit - sent))
    sent += room.byteLength
    if (rules.bytewise) {
      for (let at = 0; at < room.byteLength; at++) {
        yield room.subarray(at, at + 1)
        await new Promise((resolve) => void setImmediate(resolve))
      }
    } else if (room.byteLength > 0) yield room
    if (sent >= limit) {
      await wait(flushMs)
      if (limit === rules.cut) reset()
      else await reader.cancel()
      return undefined
    }
  }
  return undefined
}

/** The stream's complete frames, as text, including heartbeats. */
async function* framesOf(reader: ReadableStreamDefaultReader<Uint8Array>, format: StreamFormat) {
  const mark = format === 'sse' ? '\n\n' : '\n'
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    text += decoder.decode(value, { stream: true })
    for (let end = text.indexOf(mark); end >= 0; end = text.indexOf(mark)) {
      yield text.slice(0, end + mark.length)
      text = text.slice(end + mark.length)
    }
  }
}
