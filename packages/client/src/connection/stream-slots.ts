// At most `maxStreams` streams per origin: over HTTP/1.1 a browser opens six connections per host, all tabs together,
// and with six open a cancel would wait until one closes (design §2 "Six connections").
import type { Platform } from '../core/platform.ts'

export interface SlotHolder {
  /** A queued run gives its stream to one that runs. */
  isQueued(): boolean
  /** Its slot has been given to another: it must close its stream. */
  onHandover(): void
}

export interface Slot {
  release(): void
}

/** A slot that is taken, with what gives its Web Lock back; resolves once that is free. */
interface HeldSlot {
  readonly holder: SlotHolder
  unlock: () => Promise<void>
}

const slots = new Map<string, Set<HeldSlot>>()

/** Null when all are taken; the caller polls, and asks again in a while. */
export async function acquireSlot(
  origin: string,
  max: number,
  holder: SlotHolder,
  { locks }: Platform,
): Promise<Slot | null> {
  const held = slots.get(origin) ?? new Set()
  slots.set(origin, held)
  const own: HeldSlot = { holder, unlock: () => Promise.resolve() }
  if (held.size >= max) {
    const queued = holder.isQueued() ? undefined : [...held].find((other) => other.holder.isQueued())
    if (!queued) return null
    // In one step, so that the slot is never free for the run that gives it up.
    held.delete(queued)
    held.add(own)
    queued.holder.onHandover()
    await queued.unlock()
  } else held.add(own)
  const leave = () => {
    held.delete(own)
    if (held.size === 0 && slots.get(origin) === held) slots.delete(origin)
  }
  if (!locks || max === Infinity) return { release: leave }
  for (let index = 0; index < max && held.has(own); index++) {
    const unlock = await tryLock(locks, `inferstream:${origin}:${index}`)
    if (!unlock) continue
    if (!held.has(own)) {
      void unlock()
      return null
    }
    own.unlock = unlock
    return {
      release() {
        leave()
        void unlock()
      },
    }
  }
  leave()
  return null
}

/** The function that gives the lock back, or undefined where another tab has it. */
function tryLock(locks: LockManager, name: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve) => {
    let unlock = () => {}
    const released = locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(undefined)
        return undefined
      }
      return new Promise<void>((release) => {
        unlock = release
        resolve(async () => {
          unlock()
          await released.catch(() => {})
        })
      })
    })
    // Locks are refused to pages without an origin of their own: such a page counts for itself.
    released.catch(() => resolve(() => Promise.resolve()))
  })
}
