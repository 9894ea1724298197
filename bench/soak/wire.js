// inference.sh's wire over SSE (protocol §5.2), made in the page: a run takes about two seconds and its first stream is cut.
const lines = 40
const tasks = new Map()
let made = 0

const encoder = new TextEncoder()
const event = (record, id) => encoder.encode(`id: ${id}\ndata: ${JSON.stringify(record)}\n\n`)
const json = (data) => Response.json({ data, messages: [] })
const partial = (data) => ({ data, fields: Object.keys(data) })

/** What a task sends, one record every 50 ms. */
function recordsOf(id) {
  const text = (index) => `${id} step ${index}/${lines} ${'x'.repeat(80)}`
  return [
    { id, status: 2, logs: [] },
    partial({ id, status: 7 }),
    ...Array.from({ length: lines }, (_, index) =>
      partial({ id, logs: [text(index)], offset: index, progress: { current: index + 1, total: lines } }),
    ),
    partial({ id, status: 10, output: { text: text(lines) } }),
  ]
}

export async function wire(input, init = {}) {
  const { pathname } = new URL(input)
  if (pathname === '/apps/run') {
    const id = `t${++made}`
    tasks.set(id, { id, isCancelled: false, cuts: 0 })
    // A service forgets as well.
    tasks.delete(`t${made - 20}`)
    return json({ id, status: 1 })
  }
  const [, , id, what] = pathname.split('/')
  const task = tasks.get(id)
  if (!task) return Response.json({ detail: 'No such task.' }, { status: 404 })
  if (what === 'cancel') {
    task.isCancelled = true
    return json({ id })
  }
  if (what === 'stream')
    return streamOf(task, Number(new Headers(init.headers).get('last-event-id') ?? -1), init.signal)
  if (what === 'logs') return json({ logs: [] })
  return json({ id, status: task.isCancelled ? 12 : 7 })
}

function streamOf(task, after, signal) {
  const records = recordsOf(task.id)
  let next = after + 1
  let timer
  const body = new ReadableStream({
    start(controller) {
      const send = () => {
        if (task.isCancelled) {
          controller.enqueue(event(partial({ id: task.id, status: 12 }), next))
          controller.close()
        } else if (next === 20 && task.cuts++ === 0) {
          controller.error(new TypeError('cut'))
        } else {
          controller.enqueue(event(records[next], next))
          if (++next === records.length) controller.close()
          else timer = setTimeout(send, 50)
        }
      }
      timer = setTimeout(send, 50)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        try {
          controller.error(new DOMException('Aborted', 'AbortError'))
        } catch {
          // Closed already.
        }
      })
    },
    cancel: () => clearTimeout(timer),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
