import type { Resume, ResumeStorage } from './types.ts'

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
    return isSaved(saved) && Date.now() - saved.savedAt < lifetime ? saved : null
  } catch {
    return null
  }
}

/** Null forgets. */
export function writeResume(resume: Resume, taskId: string | null) {
  writeKept(resume, taskId === null ? null : { taskId })
}

/** Null forgets. Storage may be forbidden or full; a run that is not saved is still a run. */
export function writeKept(resume: Resume, kept: Kept | null) {
  try {
    const storage = storageOf(resume)
    if (kept === null) storage.removeItem(nameOf(resume))
    else storage.setItem(nameOf(resume), JSON.stringify({ ...kept, savedAt: Date.now() } satisfies Saved))
  } catch {}
}

function isSaved(value: unknown): value is Saved {
  const { taskId, app = '', savedAt }: Partial<Saved> = value ?? {}
  const isKept = (typeof taskId === 'string' || taskId === null) && typeof app === 'string'
  return isKept && typeof savedAt === 'number'
}

const nameOf = (resume: Resume) => `inferstream:${keyOf(resume)}`

const storageOf = (resume: Resume): ResumeStorage => (typeof resume === 'object' && resume.storage) || localStorage
