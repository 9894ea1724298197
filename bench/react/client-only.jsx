// The client without React: the cost of a run before any hook.
import { client, configOf } from './client.js'
import { recycledRows } from './recycled-rows.js'

export function mount(root, bench) {
  const drawRows = recycledRows(root)
  let state = { status: 'idle', logs: [] }
  let scheduled = false

  function draw() {
    scheduled = false
    bench.commit()
    drawRows(state.status, state.logs)
  }

  return async (plan) => {
    state = { status: 'starting', logs: [] }
    draw()
    const stream = await client.run(configOf(plan), { stream: true })
    const take = () => {
      state = stream.state
      if (scheduled) return
      scheduled = true
      requestAnimationFrame(draw)
    }
    stream.subscribe(take)
    take()
  }
}
