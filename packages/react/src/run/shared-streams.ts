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
    // One that has ended is let go by its holders a moment later.
    const isOpen = held.client === client && stream.taskId === taskId && stream.state.connection !== 'closed'
    if (isOpen && isTold(held.options, options)) return stream
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

/** Whether a stream with these options tells what is asked for. */
function isTold(options: FollowOptions, asked: FollowOptions): boolean {
  // A time limit is its owner's alone; wire records are told from the first one on.
  const isOwn = options.timeoutMs ?? asked.timeoutMs ?? asked.onEvent
  return isOwn === undefined && [undefined, options.maxLogLines].includes(asked.maxLogLines)
}
