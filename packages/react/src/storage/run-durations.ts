import type { TaskStatus } from '@inferstream/client'

export interface RunDuration {
  taskId: string
  /** ms */
  total: number
  /** Each status once. */
  phases: PhaseLength[]
}

interface PhaseLength {
  status: TaskStatus
  /** ms */
  length: number
}

const listeners = new Set<() => void>()
const none: readonly RunDuration[] = []
const read = new Map<string, { text: string; durations: readonly RunDuration[] }>()

/** The identical array until a run was added. */
export function durationsOf(app: string): readonly RunDuration[] {
  try {
    const text = localStorage.getItem(keyOf(app)) ?? '[]'
    const last = read.get(app)
    if (last?.text === text) return last.durations
    const parsed: unknown = JSON.parse(text)
    const durations = Array.isArray(parsed) ? parsed.filter(isDuration) : none
    read.set(app, { text, durations })
    return durations
  } catch {
    return none
  }
}

export function clearDurations(app: string) {
  writeDurations(app, none)
}

export function subscribeToDurations(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

export function writeDurations(app: string, durations: readonly RunDuration[]) {
  try {
    if (durations.length > 0) localStorage.setItem(keyOf(app), JSON.stringify(durations))
    else localStorage.removeItem(keyOf(app))
  } catch {
    // Forbidden or full: estimates are then made of fewer runs.
  }
  for (const listener of listeners) listener()
}

/** Versions of an app share their durations. */
const keyOf = (app: string) => `inferstream:durations:${app.replace(/@.*/, '')}`

function isDuration(value: unknown): value is RunDuration {
  if (typeof value !== 'object' || value === null) return false
  const { taskId, total, phases }: Partial<RunDuration> = value
  return typeof taskId === 'string' && typeof total === 'number' && Array.isArray(phases) && phases.every(isLength)
}

function isLength(value: unknown): value is PhaseLength {
  if (typeof value !== 'object' || value === null) return false
  const { status, length }: Partial<PhaseLength> = value
  return typeof status === 'string' && typeof length === 'number'
}
