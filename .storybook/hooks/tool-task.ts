interface Told {
  status?: number
  progress?: { current: number; total: number }
  output?: object
}

export interface ToolTask {
  readonly id: string
  /** To those who follow the task, which is told whole each time. A terminal status ends their streams. */
  tell(change: Told): void
  /** What a GET of this path gets; undefined when it is not about this task. */
  answer(path: string): Response | undefined
}

/** Completed, failed, cancelled (protocol §3). */
const terminal = new Set([10, 11, 12])

/** The task that an agent's tool runs, running (7) until it is told otherwise. */
export function toolTask(id: string): ToolTask {
  let task = { id, status: 7, input: {}, output: {}, logs: [] }
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()

  function tellStream(stream: ReadableStreamDefaultController<Uint8Array>) {
    stream.enqueue(new TextEncoder().encode(`${JSON.stringify(task)}\n`))
    if (!terminal.has(task.status)) return
    streams.delete(stream)
    stream.close()
  }

  function openStream() {
    let opened: ReadableStreamDefaultController<Uint8Array>
    return new ReadableStream<Uint8Array>({
      start(stream) {
        opened = stream
        streams.add(stream)
        tellStream(stream)
      },
      cancel: () => void streams.delete(opened),
    })
  }

  return {
    id,
    tell(change) {
      task = { ...task, ...change }
      for (const stream of streams) tellStream(stream)
    },
    answer(path) {
      if (path === `/tasks/${id}`) return Response.json({ data: task })
      if (path !== `/tasks/${id}/stream`) return undefined
      return new Response(openStream(), { headers: { 'content-type': 'application/x-ndjson' } })
    },
  }
}
