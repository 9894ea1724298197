// The history of a run: a Redis Stream with one entry an update. The entry's id is the cursor; `step` numbers the updates of a run.

/** s that a history is kept after its end. */
export const keptFor = 3_600
/** s after which a run that writes nothing is given up. */
const silentFor = 7 * 86_400
/** Entries of one run that are kept, about. */
const maxEntries = 100_000

export const streamOf = (id) => `run:${id}`
/** Counts the attempts at a run. Only the latest one may write. */
const attemptsOf = (id) => `run:${id}:attempts`
const cancelOf = (id) => `run:${id}:cancel`

/** Checks and writes in one step, so that an update is written once, by the latest attempt, and none after the end. */
const add = `
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 'overtaken' end
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local step = last and tonumber(last[2][2]) or -1
  local isEnd = ARGV[3] == 'end'
  if last and last[2][4] == 'end' then return 'ended' end
  if not isEnd and step >= tonumber(ARGV[2]) then return 'known' end
  local number = isEnd and step + 1 or ARGV[2]
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[7], '*', 'step', number, 'kind', ARGV[3], 'update', ARGV[4])
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, isEnd and ARGV[6] or ARGV[5]) end
  return 'added'`

/** @param redis a connection of ioredis */
export function histories(redis) {
  redis.defineCommand('addUpdate', { numberOfKeys: 2, lua: add })

  const write = (id, attempt, step, kind, update) =>
    redis.addUpdate(
      streamOf(id),
      attemptsOf(id),
      attempt,
      step,
      kind,
      JSON.stringify(update),
      silentFor,
      keptFor,
      maxEntries,
    )

  const firstOf = async (id) => (await redis.xrange(streamOf(id), '-', '+', 'COUNT', 1))[0]
  const lastOf = async (id) => (await redis.xrevrange(streamOf(id), '+', '-', 'COUNT', 1))[0]

  /** Makes the attempts that are at work stop: what they write is refused from now on. */
  async function begin(id) {
    const attempt = await redis.incr(attemptsOf(id))
    await redis.expire(attemptsOf(id), silentFor)
    return {
      /** Of the last update that an earlier attempt has written. */
      step: Number((await lastOf(id))?.[1][1] ?? 0),
      /** Resolves to `added`; or to `known` (by an earlier attempt), `overtaken` (by a later one), `ended`: nothing was written. */
      add: (step, update) => write(id, attempt, step, 'update', update),
      end: (update) => write(id, attempt, 0, 'end', update),
    }
  }

  return {
    begin,
    /** Writes the first update, once. */
    async create(id, update) {
      const fields = ['step', 0, 'kind', 'update', 'update', JSON.stringify(update)]
      // The smallest id there is: it cannot be added twice.
      await redis.xadd(streamOf(id), '0-1', ...fields).catch((error) => {
        if (!/equal or smaller/.test(error.message)) throw error
      })
      if ((await lastOf(id))?.[0] === '0-1') await redis.expire(streamOf(id), silentFor)
    },

    /** Whether all that came after the entry `after` is there: `ok`, `gone` (no such run), `trimmed`, or `over` (nothing comes any more). */
    async placeOf(id, after) {
      const [first, last] = await Promise.all([firstOf(id), lastOf(id)])
      if (!first || !last) return 'gone'
      // An id behind the last entry is of a history that Redis has lost.
      if (isAfter(after, last[0]) || (first[1][1] !== '0' && isAfter(first[0], after))) return 'trimmed'
      return last[0] === after && last[1][3] === 'end' ? 'over' : 'ok'
    },

    /** All that is known of a run, as one update; null if it is gone. */
    async read(id) {
      const entries = await redis.xrange(streamOf(id), '-', '+')
      if (entries.length === 0) return null
      return entries.map(([, fields]) => JSON.parse(fields[5])).reduce(merge, {})
    },

    isCancelled: async (id) => (await redis.exists(cancelOf(id))) === 1,
    cancel: (id) => redis.set(cancelOf(id), 1, 'EX', silentFor),
  }
}

function merge(known, { logs = [], delta, ...update }) {
  const text = delta && { partial_output: { response: (known.partial_output?.response ?? '') + delta.response } }
  return { ...known, ...text, ...update, logs: [...(known.logs ?? []), ...logs] }
}

/** Ids are `ms-number`, which do not compare as text. */
export function isAfter(a, b) {
  const [aTime, aNumber] = a.split('-').map(Number)
  const [bTime, bNumber] = b.split('-').map(Number)
  return aTime > bTime || (aTime === bTime && aNumber > bNumber)
}
