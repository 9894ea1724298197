import type { Resume, ResumeStorage } from './types.ts'

const lifetime = 24 * 60 * 60 * 1000

interface Saved {
  taskId: string
  /** epoch ms */
  savedAt: number
}

export function keyOf(resume: Resume | undefined): string | undefined {
  return typeof resume === 'object' ? resume.key : resume
}

/** The task saved under this name in the last 24 hours. */
export function readResume(resume: Resume): string | null {
  try {
    const saved: unknown = JSON.parse(storageOf(resume).getItem(nameOf(resume)) ?? 'null')
    return isSaved(saved) && Date.now() - saved.savedAt < lifetime ? saved.taskId : null
  } catch {
    return null
  }
}

/** Null forgets. Storage may be forbidden or full; a run that is not saved is still a run. */
export function writeResume(resume: Resume, taskId: string | null) {
  try {
    const storage = storageOf(resume)
    if (taskId === null) storage.removeItem(nameOf(resume))
    else storage.setItem(nameOf(resume), JSON.stringify({ taskId, savedAt: Date.now() } satisfies Saved))
  } catch {}
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false
  const { taskId, savedAt }: Partial<Saved> = value
  return typeof taskId === 'string' && typeof savedAt === 'number'
}

const nameOf = (resume: Resume) => `inferstream:${keyOf(resume)}`

const storageOf = (resume: Resume): ResumeStorage => (typeof resume === 'object' && resume.storage) || localStorage
