import { beforeEach, describe, expect, it } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { engineUrl } from '../../test/engine.ts'
import { inference, useRunDurations, useStream } from '../index.ts'

// Against the engine, whose clock dates the runs that are joined. Each page has a client of its own.
const newClient = () => inference({ baseUrl: engineUrl })

// Other test files share the origin.
beforeEach(() => {
  for (const name of ['inferstream:durations-page', 'inferstream:durations:local/slow']) localStorage.removeItem(name)
})

const openPage = (client = newClient()) =>
  renderHook(() => ({
    stream: useStream({ client, resume: 'durations-page' }),
    durations: useRunDurations('local/slow'),
  }))

async function startedPage() {
  const page = await openPage()
  void page.result.current.stream.run({ app: 'local/slow', input: { seconds: 0.5 } })
  await expect.poll(() => page.result.current.stream.taskId).not.toBeNull()
  return { ...page, taskId: page.result.current.stream.taskId ?? '' }
}

const patiently = { timeout: 30_000 }

describe('useRunDurations', () => {
  it('counts a run that was going on when the page was reloaded, with the time that it took in all', async () => {
    const { taskId, unmount } = await startedPage()
    await unmount()
    const { result } = await openPage()
    await expect.poll(() => result.current.durations.samples, patiently).toBe(1)
    const { startedAt, endedAt } = await newClient().tasks.get(taskId)
    expect(result.current.durations.median).toBe(Number(endedAt) - Number(startedAt))
    expect(result.current.durations.phases.running).toBeGreaterThan(400)
  })

  it('counts a run once that two tabs have followed to its end', async () => {
    const tabs = [await startedPage(), await openPage()]
    for (const { result } of tabs) await expect.poll(() => result.current.stream.status, patiently).toBe('completed')
    for (const { result } of tabs) await expect.poll(() => result.current.durations.samples).toBe(1)
  })
})
