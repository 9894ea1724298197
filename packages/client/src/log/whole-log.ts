import { isObject } from '../core/json.ts'
import { finishLog, logStart, readCumulative, sourceOf } from './log-cursor.ts'
import type { LogSource } from '../core/types.ts'

export interface SourceLines {
  readonly source: LogSource
  readonly lines: readonly string[]
}

export interface WholeLog extends SourceLines {
  /** Index of the first line: 0, unless the service has dropped the beginning. */
  readonly from: number
  /** The last line has no line end yet. */
  readonly isUnfinished: boolean
}

/** Every line in `logs` of `GET /tasks/{id}/logs`, including an unfinished last one (protocol §4). Never throws. */
export function readWholeLog(logs: unknown): WholeLog[] {
  if (typeof logs === 'string') return [{ source: 'task', from: 0, ...readTextLog(logs, false) }]
  if (!Array.isArray(logs)) return []
  return logs.flatMap((entry: unknown): WholeLog[] => {
    if (typeof entry === 'string') return [{ source: 'task', from: 0, lines: [entry], isUnfinished: false }]
    if (!isObject(entry)) return []
    const source = sourceOf(entry['log_type'])
    const { content, offset } = entry
    const from = typeof offset === 'number' && offset >= 0 ? offset : 0
    if (typeof content === 'string') return [{ source, from, ...readTextLog(content, true) }]
    const lines = entry['lines'] ?? content
    if (!Array.isArray(lines)) return []
    return [{ source, from, lines: lines.filter((line) => typeof line === 'string'), isUnfinished: false }]
  })
}

function readTextLog(content: string, mayBeBase64: boolean): Pick<WholeLog, 'lines' | 'isUnfinished'> {
  const { cursor, lines } = readCumulative(logStart, content, mayBeBase64)
  return { lines: [...lines, ...finishLog(cursor).lines], isUnfinished: cursor.tail !== '' }
}
