// One call is answered once, whatever becomes of the lock that keeps other tabs from it.
import { expect, it, vi } from 'vitest'
import { manualPlatform, settled } from '../../../test/manual-platform.ts'
import { createToolRunner } from './tool-runner.ts'

/** Web Locks of one name at a time, which the test can steal. */
function fakeLocks() {
  const queue: { grant: () => void }[] = []
  let steal: (() => void) | null = null
  const request = (_: string, options: LockOptions, callback: (lock: object | null) => unknown) => {
    const take = () =>
      new Promise((resolve, reject) => {
        const own = () => reject(new DOMException('stolen', 'AbortError'))
        steal = own
        void Promise.resolve(callback({})).then((value) => {
          if (steal === own) release()
          resolve(value)
          return undefined
        })
      })
    if (!steal) return take()
    if (options.ifAvailable) return Promise.resolve(callback(null))
    return new Promise((resolve) => queue.push({ grant: () => resolve(take()) }))
  }
  const release = () => {
    steal = null
    queue.shift()?.grant()
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the method that the runner calls
    manager: { request } as unknown as LockManager,
    steal() {
      steal?.()
      steal = () => {}
    },
    release,
  }
}

/** The locks of a sandboxed frame. */
const refusingLocks = {
  request: () => Promise.reject(new DOMException('opaque origin', 'SecurityError')),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the method that the runner calls
} as unknown as LockManager

function start(scope: object = {}, manager?: LockManager | null) {
  const locks = fakeLocks()
  const platform = { ...manualPlatform(), locks: manager === undefined ? locks.manager : (manager ?? undefined) }
  const asked: (() => void)[] = []
  const execute = vi.fn(() => new Promise(() => {}))
  const runner = createToolRunner({
    scope,
    tools: { f: { execute } },
    platform,
    onStart: () => {},
    submit: () => {},
    isWanted: () => new Promise((resolve) => asked.push(() => resolve(true))),
  })
  const offer = (isOwn: boolean) =>
    runner.offer({
      call: { id: 'i1', name: 'f', args: {}, type: 'client', status: 'in_progress' },
      problem: undefined,
      handler: undefined,
      isOwn,
    })
  return { locks, platform, asked, execute, offer }
}

it('a tool whose lock is stolen while it runs is not run again', async () => {
  const { locks, execute, offer } = start()
  offer(true)
  await settled()
  locks.steal()
  locks.release()
  await settled()
  expect(execute).toHaveBeenCalledTimes(1)
})

it('a call whose lock is stolen before its tool runs waits for the lock again', async () => {
  const { locks, platform, asked, execute, offer } = start()
  offer(false)
  await platform.advance(1_000)
  locks.steal()
  asked.shift()?.()
  await settled()
  expect(execute).not.toHaveBeenCalled()
  locks.release()
  await settled()
  asked.shift()?.()
  await settled()
  expect(execute).toHaveBeenCalledTimes(1)
})

it.each([
  ['has no Web Locks', null],
  ['may not use Web Locks', refusingLocks],
])('a tool runs once for two components that show one chat where the page %s', async (_, manager) => {
  const scope = {}
  const one = start(scope, manager)
  const other = start(scope, manager)
  one.offer(true)
  other.offer(true)
  await settled()
  expect(one.execute.mock.calls.length + other.execute.mock.calls.length).toBe(1)
})
