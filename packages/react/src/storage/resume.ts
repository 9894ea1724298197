import type { Resume, ResumeStorage } from '../types.ts'

const lifetime = 24 * 60 * 60 * 1000

/** What is kept of a run, or of a conversation. */
export interface Kept {
  /** Null: the page went before the service had answered. */
  taskId: string | null
  /** Reference of the app, where a run that was started here is kept. */
  app?: string | undefined
}

export function keyOf(resume: Resume | undefined): string | undefined {
  const key: unknown = typeof resume === 'object' ? (resume as typeof resume | null)?.key : resume
  return typeof key === 'string' ? key : undefined
}

/** The id saved under this name in the last 24 hours. */
export function readResume(resume: Resume): string | null {
  return readKept(resume)?.taskId ?? null
}

/** What was saved under this name in the last 24 hours. */
export function readKept(resume: Resume): Kept | null {
  const saved = readSaved(resume)
  const { taskId, app }: Partial<Kept> = saved ?? {}
  // Anything may be in a storage.
  return typeof taskId === 'string' || taskId === null ? { taskId, app } : null
}

/** Null forgets. */
export function writeResume(resume: Resume, taskId: string | null) {
  void writeKept(resume, taskId === null ? null : { taskId })
}

/** Null forgets. */
export function writeKept(resume: Resume, kept: Kept | null): Promise<void> {
  return writeSaved(resume, kept)
}

/** The object saved under this name in the last 24 hours; its fields are anybody's. */
export function readSaved(resume: Resume): object | null {
  try {
    const saved: unknown = JSON.parse(storageOf(resume).getItem(nameOf(resume)) ?? 'null')
    if (typeof saved !== 'object' || saved === null) return null
    const { savedAt = 0 }: { savedAt?: unknown } = saved
    return typeof savedAt === 'number' && Date.now() - savedAt < lifetime ? saved : null
  } catch {
    return null
  }
}

/** Null forgets. Storage may be forbidden or full; a run that is not saved is still a run. */
export async function writeSaved(resume: Resume, fields: object | null): Promise<void> {
  try {
    const storage = storageOf(resume)
    const saved = fields && JSON.stringify({ ...fields, savedAt: Date.now() })
    // A storage of the caller's may write later, and fail then.
    // oxlint-disable-next-line typescript/await-thenable, typescript/no-confusing-void-expression
    await (saved === null ? storage.removeItem(nameOf(resume)) : storage.setItem(nameOf(resume), saved))
  } catch {}
}

export const nameOf = (resume: Resume) => `inferstream:${keyOf(resume)}`

/** Whether other tabs read the same storage. */
export const isShared = (resume: Resume) => typeof resume === 'string' || !resume.storage

const storageOf = (resume: Resume): ResumeStorage => (typeof resume === 'object' && resume.storage) || localStorage
