import { isObject } from '../core/json.ts'
import { finishLog, logStart, readCumulative, sourceOf } from './log-cursor.ts'
import type { LogSource } from '../core/types.ts'

export interface SourceLines {
  readonly source: LogSource
  readonly lines: readonly string[]
}

export interface WholeLog extends SourceLines {
  /** The last line has no end yet. */
  readonly isOpen: boolean
}

/** Every line of what `GET /tasks/{id}/logs` has in `logs`, an unfinished last one too (protocol §4). Total. */
export function readWholeLog(logs: unknown): WholeLog[] {
  if (typeof logs === 'string') return [{ source: 'task', ...readText(logs, false) }]
  if (!Array.isArray(logs)) return []
  return logs.flatMap((entry: unknown): WholeLog[] => {
    if (typeof entry === 'string') return [{ source: 'task', lines: [entry], isOpen: false }]
    if (!isObject(entry)) return []
    const source = sourceOf(entry['log_type'])
    const { content } = entry
    if (typeof content === 'string') return [{ source, ...readText(content, true) }]
    const lines = entry['lines'] ?? content
    if (!Array.isArray(lines)) return []
    return [{ source, lines: lines.filter((line) => typeof line === 'string'), isOpen: false }]
  })
}

function readText(content: string, mayBeBase64: boolean): Omit<WholeLog, 'source'> {
  const { position, lines } = readCumulative(logStart, content, mayBeBase64)
  return { lines: [...lines, ...finishLog(position).lines], isOpen: position.tail !== '' }
}
