// At most `maxStreams` streams per origin: over HTTP/1.1 a browser opens six connections per host for all tabs together,
// and with six open streams a cancel would wait until one closes (design §2 "Six connections").
import type { Platform } from '../core/platform.ts'

export interface SlotHolder {
  /** Whether the run is queued: it then gives its slot to a running one. */
  isQueued(): boolean
  /** Called when the slot has been given to another run: the holder must close its stream. */
  onHandover(): void
}

export interface Slot {
  release(): void
}

/** A slot in use. */
interface HeldSlot {
  readonly holder: SlotHolder
  /** Releases the Web Lock of the slot; resolves once the lock is free. */
  unlock: () => Promise<void>
}

const slots = new Map<string, Set<HeldSlot>>()

/** Resolves to null if all slots are in use; the caller then polls and tries again later. */
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
    // In one step: otherwise the run that gives the slot up could take it again.
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

/** Resolves to the function that releases the lock, or to undefined if another tab holds it. */
function tryLock(locks: LockManager, name: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve) => {
    const released = locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(undefined)
        return undefined
      }
      return new Promise<void>((release) => {
        resolve(async () => {
          release()
          await released.catch(() => {})
        })
      })
    })
    // Pages with an opaque origin may not request locks; such a page counts only its own streams.
    released.catch(() => resolve(() => Promise.resolve()))
  })
}
