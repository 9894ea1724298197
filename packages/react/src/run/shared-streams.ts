import type { FollowOptions, InferenceClient, TaskStream } from '@inferstream/client'

interface Held {
  readonly client: InferenceClient
  readonly options: FollowOptions
  holders: number
}

const streams = new Map<TaskStream, Held>()

/** A stream of this task: one that is held already, where its options fit, else a new one. */
export function streamOf(client: InferenceClient, taskId: string, options: FollowOptions): TaskStream {
  for (const [stream, held] of streams) {
    // Holders release one that has ended a moment later.
    const isOpen = held.client === client && stream.taskId === taskId && stream.state.connection !== 'closed'
    if (isOpen && isFit(held.options, options)) return stream
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

/** Whether a stream opened with `options` serves a hook that wants `wanted`. */
function isFit(options: FollowOptions, wanted: FollowOptions): boolean {
  // A time limit is its owner's alone; wire records are delivered from the first one on.
  const isOwn = options.timeoutMs ?? wanted.timeoutMs ?? wanted.onEvent
  return isOwn === undefined && [undefined, options.maxLogLines].includes(wanted.maxLogLines)
}
