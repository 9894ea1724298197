import type { Resume, ResumeStorage } from '../types.ts'

const lifetime = 24 * 60 * 60 * 1000

/** What is kept of a run, or of a conversation. */
export interface Kept {
  /** Null: the page went before the service had answered. */
  taskId: string | null
  /** Reference of the app, where a run of ours is kept. */
  app?: string | undefined
}

interface Saved extends Kept {
  /** epoch ms */
  savedAt: number
}

export function keyOf(resume: Resume | undefined): string | undefined {
  return typeof resume === 'object' ? resume.key : resume
}

/** The id saved under this name in the last 24 hours. */
export function readResume(resume: Resume): string | null {
  return readKept(resume)?.taskId ?? null
}

/** What was saved under this name in the last 24 hours. */
export function readKept(resume: Resume): Kept | null {
  try {
    const saved: unknown = JSON.parse(storageOf(resume).getItem(nameOf(resume)) ?? 'null')
    const { taskId, app, savedAt = 0 }: Partial<Saved> = saved ?? {}
    // Anything may be in a storage.
    const isKept = typeof taskId === 'string' || taskId === null
    return isKept && Date.now() - savedAt < lifetime ? { taskId, app } : null
  } catch {
    return null
  }
}

/** Null forgets. */
export function writeResume(resume: Resume, taskId: string | null) {
  void writeKept(resume, taskId === null ? null : { taskId })
}

/** Null forgets. Storage may be forbidden or full; a run that is not saved is still a run. */
export async function writeKept(resume: Resume, kept: Kept | null) {
  try {
    const storage = storageOf(resume)
    const saved = kept && JSON.stringify({ ...kept, savedAt: Date.now() } satisfies Saved)
    // A storage of your own may write later, and fail then.
    // oxlint-disable-next-line typescript/await-thenable, typescript/no-confusing-void-expression
    await (saved === null ? storage.removeItem(nameOf(resume)) : storage.setItem(nameOf(resume), saved))
  } catch {}
}

const nameOf = (resume: Resume) => `inferstream:${keyOf(resume)}`

const storageOf = (resume: Resume): ResumeStorage => (typeof resume === 'object' && resume.storage) || localStorage
