import { describe, expect, it } from 'vitest'
import { sourceOf, TrackedView } from './tracked-view.ts'

interface Snapshot {
  status: string
  logs: number
}

function setUp() {
  const server: Snapshot = { status: 'idle', logs: 0 }
  let current = server
  const source = { subscribe: () => () => {}, getSnapshot: () => current, getServerSnapshot: () => server }
  const view = new TrackedView(source, { cancel: () => 'cancelled' })
  const change = (changes: Partial<Snapshot>) => {
    current = { ...current, ...changes }
  }
  return { view, source, change }
}

describe('a tracked view', () => {
  it('keeps its identity while nothing that was read has changed', () => {
    const { view, change } = setUp()
    const result = view.getSnapshot()
    expect(result.status).toBe('idle')
    change({ logs: 5 })
    expect(view.getSnapshot()).toBe(result)
  })

  it('is a new object once something that was read has changed', () => {
    const { view, change } = setUp()
    const before = view.getSnapshot()
    expect(before.status).toBe('idle')
    change({ status: 'running' })
    const after = view.getSnapshot()
    expect(after).not.toBe(before)
    expect(after.status).toBe('running')
  })

  it('never changes what an object once said', () => {
    const { view, change } = setUp()
    const before = view.getSnapshot()
    expect(before.logs).toBe(0)
    change({ logs: 5 })
    expect(view.getSnapshot().logs).toBe(5)
    expect(before.logs).toBe(0)
  })

  it('is up to date in what is read for the first time after a change', () => {
    const { view, change } = setUp()
    const result = view.getSnapshot()
    expect(result.status).toBe('idle')
    change({ logs: 5 })
    expect(view.getSnapshot().logs).toBe(5)
    change({ logs: 6 })
    expect(view.getSnapshot()).not.toBe(result)
  })

  it('tracks everything that is spread or gathered by rest, and carries the actions along', () => {
    const { view, change } = setUp()
    const { status, ...rest } = view.getSnapshot()
    expect({ status, ...rest }).toEqual({ status: 'idle', logs: 0, cancel: expect.any(Function) })
    const before = view.getSnapshot()
    change({ logs: 1 })
    expect(view.getSnapshot()).not.toBe(before)
  })

  it('gives its source to its readers, but not to copies, which are plain data', () => {
    const { view, source } = setUp()
    const result = view.getSnapshot()
    expect(sourceOf(result)).toBe(source)
    expect(sourceOf({ ...result })).toBeUndefined()
  })

  it('shows what the server rendered, as the same object while it is still true', () => {
    const { view, change } = setUp()
    expect(view.getServerSnapshot()).toBe(view.getSnapshot())
    change({ status: 'running' })
    expect(view.getServerSnapshot().status).toBe('idle')
    expect(view.getServerSnapshot()).toBe(view.getServerSnapshot())
  })
})
