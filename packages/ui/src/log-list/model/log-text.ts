import { plainText } from '../../text/plain-text.ts'
import type { LogRows } from './log-rows.ts'

/** Every row as plain text, one line each, without escapes. */
export function rowsText(rows: LogRows, pending: string | null): string {
  const lines: string[] = []
  for (let index = 0; index < rows.length; index += 1) lines.push(plainText(rows.text(index)))
  if (pending) lines.push(plainText(pending))
  return lines.length > 0 ? `${lines.join('\n')}\n` : ''
}
