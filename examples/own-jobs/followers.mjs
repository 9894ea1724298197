// Serves histories as server-sent events. All readers of a process share one connection that waits for new entries of all their runs.
import { isAfter, streamOf } from './history.mjs'

/** Bytes that may wait for a reader that others do not wait for. */
const maxWaiting = 1 << 20
/** Entries that are asked for at once. */
const pageLength = 100
/** Tells a page that its connection lives; says nothing new. */
const heartbeat = 'data: {}\n\n'

/**
 * @param waiting a connection of ioredis for nothing else
 * @param options.beat ms between heartbeats
 */
export function followers(waiting, { beat = 15_000 } = {}) {
  const commands = waiting.duplicate()
  /** Runs that are waited for: the last id that was delivered, and the readers that have all until then. */
  const runs = new Map()
  const readers = new Set()
  let isWaiting = false
  /** Of `waiting`; it has a new one after each reconnect. */
  let connectionId
  waiting.on('close', () => (connectionId = undefined))

  /** Writes what comes after the entry `after` to `response`, which ends with the run. */
  function follow(id, after, response) {
    if (!isOpen(response)) return
    const reader = { key: streamOf(id), last: after, step: null, response, isStuck: false, resume() {} }
    readers.add(reader)
    response.on('drain', () => {
      reader.isStuck = false
      reader.resume()
    })
    response.once('close', () => {
      readers.delete(reader)
      leave(reader)
      reader.resume()
    })
    void catchUp(reader)
  }

  /** Writes what is there already, as fast as it is read; then the reader waits with the others. */
  async function catchUp(reader) {
    const { key, response } = reader
    try {
      while (isOpen(response)) {
        if (response.writableNeedDrain) await new Promise((resolve) => (reader.resume = resolve))
        const isBehind = isBehindOthers(reader)
        const entries = await commands.xrange(key, `(${reader.last}`, '+', 'COUNT', pageLength)
        if (entries.length === 0 && isBehind) throw new Error('The history was trimmed.')
        write(reader, eventsOf(entries))
        if (entries.length < pageLength && !isBehindOthers(reader)) {
          join(reader)
          break
        }
      }
    } catch {
      // It comes back, and asks for what is left.
      response.destroy()
    }
  }

  function isBehindOthers({ key, last }) {
    const run = runs.get(key)
    return run !== undefined && isAfter(run.last, last)
  }

  function join(reader) {
    if (!isOpen(reader.response)) return
    const run = runs.get(reader.key)
    if (run) {
      run.readers.add(reader)
      return
    }
    runs.set(reader.key, { last: reader.last, readers: new Set([reader]) })
    if (isWaiting) wakeUp()
    else void wait()
  }

  function leave(reader) {
    const run = runs.get(reader.key)
    if (run?.readers.delete(reader) && run.readers.size === 0) runs.delete(reader.key)
  }

  /** Ends the wait, because there is another run to wait for. If it cannot, the wait ends after a second. */
  function wakeUp() {
    connectionId?.then((id) => commands.client('UNBLOCK', id)).catch(() => {})
  }

  async function wait() {
    isWaiting = true
    while (runs.size > 0) {
      connectionId ??= waiting.client('ID')
      connectionId.catch(() => (connectionId = undefined))
      const asked = [...runs]
      const ids = asked.map(([, { last }]) => last)
      const found = await waiting
        .xread('COUNT', pageLength, 'BLOCK', 1_000, 'STREAMS', ...asked.map(([key]) => key), ...ids)
        .catch(() => new Promise((resolve) => setTimeout(resolve, 500)))
      const byKey = new Map(found ?? [])
      for (const [key, run] of asked) if (byKey.has(key)) deliver(run, byKey.get(key))
    }
    isWaiting = false
  }

  function deliver(run, entries) {
    const events = eventsOf(entries)
    run.last = events.at(-1).id
    for (const reader of run.readers) {
      if (reader.response.writableLength < maxWaiting) write(reader, events)
      else {
        // It reads too slowly: Redis keeps the rest for it, not this process.
        leave(reader)
        void catchUp(reader)
      }
    }
  }

  const timer = setInterval(() => {
    for (const reader of readers) {
      const { response } = reader
      if (!response.writableNeedDrain && !response.writableEnded) response.write(heartbeat)
      // It has read nothing since the last heartbeat.
      else if (reader.isStuck) response.destroy()
      else reader.isStuck = true
    }
    // A run that has expired has no end to wait for.
    for (const [key, run] of runs) {
      const end = (exists) => exists === 0 && run.readers.forEach(({ response }) => response.end())
      commands.exists(key).then(end, () => {})
    }
  }, beat)
  waiting.once('end', () => {
    clearInterval(timer)
    commands.disconnect()
  })

  return { follow }
}

const isOpen = ({ writableEnded, destroyed }) => !writableEnded && !destroyed

const eventsOf = (entries) =>
  entries.map(([id, [, step, , kind, , update]]) => ({
    id,
    step: Number(step),
    text: `id: ${id}\ndata: ${update}\n\n`,
    isEnd: kind === 'end',
  }))

/** Leaves out what the reader has. */
function write(reader, events) {
  const hasKnown = events.length > 0 && !isAfter(events[0].id, reader.last)
  const rest = hasKnown ? events.filter(({ id }) => isAfter(id, reader.last)) : events
  const last = rest.at(-1)
  const { step, response } = reader
  if (!last || !isOpen(response)) return
  if (step !== null && rest[0].step !== step + 1) {
    // What lies between was trimmed. It comes back, and is answered so.
    response.destroy()
    return
  }
  reader.last = last.id
  reader.step = last.step
  response.write(rest.length === 1 ? last.text : rest.map(({ text }) => text).join(''))
  if (last.isEnd) response.end()
}
