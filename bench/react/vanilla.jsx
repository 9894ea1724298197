// The floor: a run with plain fetch, TextDecoder and JSON.parse, and 30 recycled rows written once per frame, or immediately.
import { recycledRows } from './recycled-rows.js'

export function mount(root, bench, name) {
  const immediate = name === 'vanilla-immediate'
  const drawRows = recycledRows(root)
  let lines = []
  let status = 'idle'
  let scheduled = false

  function draw() {
    scheduled = false
    bench.commit()
    drawRows(status, lines)
  }

  return async (plan) => {
    lines = []
    status = 'starting'
    draw()
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch('/apps/run', { method: 'POST', headers, body: JSON.stringify({ app: `bench/${plan}` }) })
    const { id } = (await answer.json()).data
    const { body } = await fetch(`/tasks/${id}/stream`, { headers: { accept: 'text/event-stream' } })
    const reader = body.getReader()
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const events = (rest + decoder.decode(value, { stream: true })).split('\n\n')
      rest = events.pop()
      for (const event of events) {
        const record = JSON.parse(event.slice(event.indexOf('{')))
        const data = record.data ?? record
        if (data.logs) lines.push(...data.logs)
        if (data.status) status = data.status_text
      }
      if (immediate) draw()
      else if (!scheduled) {
        scheduled = true
        requestAnimationFrame(draw)
      }
    }
  }
}
