import { expect, it } from 'vitest'
import { manualPlatform, settled } from '../../test/manual-platform.ts'
import { acquireSlot } from './stream-slots.ts'
import type { SlotHolder } from './stream-slots.ts'

const platform = manualPlatform()
let origins = 0

/** Web Locks as in browsers, where a released lock is free only some time later. */
function slowLocks() {
  const held = new Set<string>()
  return {
    held,
    async request(name: string, _: object, callback: (lock: object | null) => unknown) {
      await settled()
      if (held.has(name)) return callback(null)
      held.add(name)
      try {
        return await callback({ name })
      } finally {
        await settled()
        held.delete(name)
      }
    },
  }
}

function holder(isQueued: boolean, events: string[], name: string): SlotHolder {
  return { isQueued: () => isQueued, onHandover: () => void events.push(`${name} gives up`) }
}

it.each(['without locks', 'with locks'])(
  'a running run gets the slot of a queued one and keeps it, %s',
  async (how) => {
    const origin = `https://slots-${++origins}.test`
    const locks = slowLocks()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the method that the slots call
    const environment = how === 'with locks' ? { ...platform, locks: locks as unknown as LockManager } : platform
    const events: string[] = []
    const queued = holder(true, events, 'queued')
    const first = await acquireSlot(origin, 1, queued, environment)
    expect(first).not.toBeNull()
    const running = await acquireSlot(origin, 1, holder(false, events, 'running'), environment)
    expect(running).not.toBeNull()
    expect(events).toEqual(['queued gives up'])
    first?.release()
    expect(await acquireSlot(origin, 1, queued, environment)).toBeNull()
    expect(events).toEqual(['queued gives up'])
    running?.release()
    await settled()
    expect(await acquireSlot(origin, 1, queued, environment)).not.toBeNull()
  },
)

it('a queued run takes no slot from another run, and a running run none from a running one', async () => {
  const origin = `https://slots-${++origins}.test`
  await acquireSlot(origin, 1, holder(false, [], 'running'), platform)
  expect(await acquireSlot(origin, 1, holder(true, [], 'queued'), platform)).toBeNull()
  expect(await acquireSlot(origin, 1, holder(false, [], 'another'), platform)).toBeNull()
})
