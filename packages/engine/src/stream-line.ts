/** One line of a stream, before it is written as SSE or NDJSON. `id` is the position to resume from after it. */
export interface StreamLine {
  id?: number
  event?: 'delta' | 'chats' | 'chat_messages' | 'agent_runs'
  json: string
}

/** What a stream reads from. It is pulled, so a reader that takes nothing costs a few numbers. */
export interface LineReader {
  /** The next line, or null when there is none for now. */
  next(): StreamLine | null
  /** True once everything was read and nothing can follow. */
  readonly done: boolean
}
