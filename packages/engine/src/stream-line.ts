/** One line of a stream, before it is written as SSE or NDJSON. `id` is the position to resume from after it. */
export interface StreamLine {
  id?: number
  event?: 'delta' | 'chats' | 'chat_messages' | 'agent_runs'
  json: string
}

/** The source of a stream. It is pulled, so a stalled reader costs a few numbers. */
export interface LineReader {
  /** The next line, or null before it exists. */
  next(): StreamLine | null
  /** True once everything was read and nothing more can follow. */
  readonly done: boolean
}
