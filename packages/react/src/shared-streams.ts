import type { FollowOptions, InferenceClient, TaskStream } from '@inferstream/client'

interface Held {
  readonly client: InferenceClient
  readonly options: FollowOptions
  holders: number
}

const streams = new Map<TaskStream, Held>()

/** A stream of this task: one that somebody holds, where it can tell what is asked for, else a new one. */
export function streamOf(client: InferenceClient, taskId: string, options: FollowOptions): TaskStream {
  for (const [stream, held] of streams) {
    const isSame = held.client === client && stream.taskId === taskId
    const isAlike = [undefined, held.options.maxLogLines].includes(options.maxLogLines)
    // A time limit is its owner's alone; wire records are told from the first one on.
    const isOwn = options.timeoutMs ?? held.options.timeoutMs ?? options.onEvent
    // One that has ended is let go by its holders a moment later.
    if (isSame && isAlike && isOwn === undefined && stream.state.connection !== 'closed') return stream
  }
  return client.tasks.stream(taskId, options)
}

/** Listens to a stream, which others may join, until the returned function is called. The last one to leave closes it. */
export function holdStream(
  client: InferenceClient,
  stream: TaskStream,
  options: FollowOptions,
  listener: () => void,
): () => void {
  const held = streams.get(stream) ?? { client, options, holders: 0 }
  streams.set(stream, held)
  held.holders += 1
  const unsubscribe = stream.subscribe(listener)
  return () => {
    unsubscribe()
    held.holders -= 1
    if (held.holders > 0) return
    streams.delete(stream)
    stream.close()
  }
}
