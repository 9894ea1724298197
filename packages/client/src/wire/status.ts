// Task statuses: wire codes and texts → names → the phases shown to people (protocol §3).
import type { StatusTableName, TaskStatus } from '../core/types.ts'

const current: Readonly<Record<number, TaskStatus>> = {
  0: 'unknown',
  1: 'received',
  2: 'queued',
  3: 'scheduled',
  4: 'preparing',
  5: 'serving',
  6: 'setting_up',
  7: 'running',
  8: 'cancelling',
  9: 'uploading',
  10: 'completed',
  11: 'failed',
  12: 'cancelled',
}

/** Wire code → name, for today's service (8 cancelling, 9 uploading) and the older reference (8 and 9 uploading). */
export const statusTables: Readonly<Record<StatusTableName, Readonly<Record<number, TaskStatus>>>> = {
  current,
  legacy: { ...current, 8: 'uploading' },
}

const codes: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(current).map(([code, name]) => [name, Number(code)]),
)

const aliases: Readonly<Record<string, TaskStatus>> = {
  dispatched: 'scheduled',
  settingup: 'setting_up',
  canceled: 'cancelled',
  canceling: 'cancelling',
  succeeded: 'completed',
  error: 'failed',
}

export interface WireStatus {
  readonly code: number
  readonly name: TaskStatus
}

/**
 * Reads a wire status of any shape. Never throws: what it does not recognize is `unknown`, which never ends a run.
 * @param text `status_text` of the same payload; a known name in it overrides the number (protocol §3.3).
 */
export function readStatus(status: unknown, text?: unknown, table: StatusTableName = 'current'): WireStatus {
  const named = typeof text === 'string' ? nameOf(text) : undefined
  if (typeof status === 'number' || (typeof status === 'string' && /^\d+$/.test(status))) {
    const code = Number(status)
    return { code, name: named ?? statusTables[table][code] ?? 'unknown' }
  }
  const name = named ?? (typeof status === 'string' ? nameOf(status) : undefined) ?? 'unknown'
  return { code: codeOf(name), name }
}

function nameOf(text: string): TaskStatus | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
    .replace(/^(task_status_|taskstatus_?)/, '')
  if (Object.hasOwn(aliases, name)) return aliases[name]
  const code = Object.hasOwn(codes, name) ? codes[name] : undefined
  return code ? current[code] : undefined
}

/** The code that today's service uses for a status. */
export function codeOf(status: TaskStatus): number {
  return codes[status] ?? 0
}

/** Whether a status, as name or as wire code, ends a run. Codes are read by today's table. */
export function isTerminal(status: TaskStatus | number): boolean {
  const code = typeof status === 'number' ? status : codeOf(status)
  return code >= 10 && code <= 12
}
