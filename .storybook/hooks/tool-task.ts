interface TaskChange {
  status?: number
  progress?: { current: number; total: number }
  output?: object
}

export interface ToolTask {
  readonly id: string
  /** Sends the whole task to its streams. A terminal status ends them. */
  send(change: TaskChange): void
  /** The answer to a GET of this path; undefined if it is not about this task. */
  answer(path: string): Response | undefined
}

/** Completed, failed, cancelled (protocol §3). */
const terminal = new Set([10, 11, 12])

/** The task of an agent's tool, running (7) until `send` sets another status. */
export function toolTask(id: string): ToolTask {
  let task = { id, status: 7, input: {}, output: {}, logs: [] }
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()

  function sendTo(stream: ReadableStreamDefaultController<Uint8Array>) {
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
        sendTo(stream)
      },
      cancel: () => void streams.delete(opened),
    })
  }

  return {
    id,
    send(change) {
      task = { ...task, ...change }
      for (const stream of streams) sendTo(stream)
    },
    answer(path) {
      if (path === `/tasks/${id}`) return Response.json({ data: task })
      if (path !== `/tasks/${id}/stream`) return undefined
      return new Response(openStream(), { headers: { 'content-type': 'application/x-ndjson' } })
    },
  }
}
