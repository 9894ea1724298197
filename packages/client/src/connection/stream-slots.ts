// At most `maxStreams` streams per origin: over HTTP/1.1 a browser opens six connections per host, all tabs together,
// and with six open a cancel waits for ever (design §2 "Six connections").
import type { Platform } from '../core/platform.ts'

export interface SlotHolder {
  /** A queued run gives its stream to one that runs. */
  isQueued(): boolean
  /** Asked to release the slot. */
  yield(): void
}

export interface Slot {
  release(): void
}

const holders = new Map<string, Set<SlotHolder>>()

/** Null when all are taken; the caller polls, and asks again in a while. */
export async function acquireSlot(
  origin: string,
  max: number,
  holder: SlotHolder,
  { locks }: Platform,
): Promise<Slot | null> {
  const taken = holders.get(origin) ?? new Set()
  holders.set(origin, taken)
  if (taken.size >= max) {
    if (!holder.isQueued()) [...taken].find((other) => other.isQueued())?.yield()
    return null
  }
  taken.add(holder)
  const leave = () => {
    taken.delete(holder)
    if (taken.size === 0 && holders.get(origin) === taken) holders.delete(origin)
  }
  if (!locks || max === Infinity) return { release: leave }
  for (let index = 0; index < max; index++) {
    const unlock = await tryLock(locks, `inferstream:${origin}:${index}`)
    if (!unlock) continue
    return {
      release() {
        leave()
        unlock()
      },
    }
  }
  leave()
  return null
}

/** The function that gives the lock back, or undefined where another tab has it. */
function tryLock(locks: LockManager, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(undefined)
          return undefined
        }
        return new Promise<void>((release) => resolve(release))
      })
      // Locks are refused to pages without an origin of their own: such a page counts for itself.
      .catch(() => resolve(() => {}))
  })
}
