import { act } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { handCrankFrames, pass, scripted } from '../../test/scripted.tsx'
import { RunGroup } from './run-group.ts'

handCrankFrames()

describe('a group of runs', () => {
  it('tells its listeners once a frame, also while each run begins and ends', async () => {
    const { transport, client } = scripted()
    const group = new RunGroup()
    const listener = vi.fn()
    group.configure(client, {})
    const unsubscribe = group.subscribe(listener)
    await act(async () => void group.actions.start(Array.from({ length: 50 }, () => ({ app: 'ns/app', input: {} }))))
    await pass()
    listener.mockClear()
    for (const script of transport.runs) script.update({ status: 'running' })
    await pass()
    for (const script of transport.runs) script.complete(1)
    await pass()
    expect(group.getSnapshot().counts.completed).toBe(50)
    expect(listener.mock.calls.length).toBeLessThanOrEqual(4)
    unsubscribe()
  })
})
