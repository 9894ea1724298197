import { afterEach, describe, expect, it } from 'vitest'
import { openBench } from '../test/bench.ts'
import { wires } from '../test/wires.ts'
import { behaviours } from './conformance.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe.each(wires.map((wire) => [wire.name, wire] as const))('%s', (_name, wire) => {
  // Read by scripts/test-adapters.mjs.
  it('its promises are those of its runs', async ({ task }) => {
    const { promises, carries, stop } = wire
    Object.assign(task.meta, { promises, carries, stop })
    const bench = await openBench(wire)
    closing.push(() => bench.close())
    const stream = await bench.start([])
    expect(stream.state.resume).toBe(promises.resume)
    await stream.result
  })

  for (const { name, lacks, check } of behaviours) {
    const reason = lacks?.(wire)
    // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the behaviour expects
    it.skipIf(Boolean(reason))(reason ? `${name}: ${reason}` : name, async () => {
      const bench = await openBench(wire)
      closing.push(() => bench.close())
      await check(bench)
    })
  }
})
