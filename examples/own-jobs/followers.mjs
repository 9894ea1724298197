// All followers of a process share one connection that waits for new entries of all their streams.
/** @param waiting a connection for nothing else */
export function followers(waiting) {
  /** For each stream the last id that was read for all, and who reads it. */
  const streams = new Map()
  const commands = waiting.duplicate()
  let connectionId = waiting.client('ID').catch(() => null)
  waiting.on('ready', () => (connectionId = waiting.client('ID').catch(() => null)))
  /** Ends the wait, because there is another stream to wait for. */
  const wakeUp = async () => commands.client('UNBLOCK', await connectionId)
  let isWaiting = false

  async function wait() {
    if (isWaiting) return
    isWaiting = true
    while (streams.size > 0) {
      const keys = [...streams.keys()]
      const ids = keys.map((key) => streams.get(key).last)
      const found = await waiting
        .xread('COUNT', 1_000, 'BLOCK', 1_000, 'STREAMS', ...keys, ...ids)
        .catch(() => new Promise((resolve) => setTimeout(resolve, 500)))
      for (const [key, entries] of found ?? []) deliver(key, entries)
    }
    isWaiting = false
  }

  function deliver(key, entries) {
    const stream = streams.get(key)
    if (!stream) return
    for (const entry of entries) for (const reader of stream.readers) give(reader, entry)
    stream.last = entries.at(-1)[0]
  }

  /** Calls `onUpdate(id, update, isEnd)` for each entry after `after`, until the returned function is called. */
  function follow(key, after, onUpdate) {
    const reader = { last: after, onUpdate }
    let isLeft = false
    void (async () => {
      // What is there already, before this reader waits with the others.
      for (;;) {
        const entries = await commands.xrange(key, `(${reader.last}`, '+', 'COUNT', 1_000)
        if (isLeft) return
        for (const entry of entries) give(reader, entry)
        if (entries.length < 1_000) break
      }
      const stream = streams.get(key)
      if (stream) {
        stream.readers.add(reader)
        // The others may have been given entries that were added meanwhile.
        for (const entry of await commands.xrange(key, `(${reader.last}`, '+')) if (!isLeft) give(reader, entry)
        return
      }
      streams.set(key, { last: reader.last, readers: new Set([reader]) })
      void wait()
      await wakeUp()
    })().catch(() => {})
    return () => {
      isLeft = true
      const stream = streams.get(key)
      stream?.readers.delete(reader)
      if (stream?.readers.size === 0) streams.delete(key)
    }
  }

  return { follow }
}

function give(reader, [id, [, , , kind, , update]]) {
  if (!isAfter(id, reader.last)) return
  reader.last = id
  reader.onUpdate(id, update, kind === 'end')
}

/** Ids are `ms-number`, which do not compare as text. */
function isAfter(a, b) {
  const [aTime, aNumber] = a.split('-').map(Number)
  const [bTime, bNumber] = b.split('-').map(Number)
  return aTime > bTime || (aTime === bTime && aNumber > bNumber)
}
