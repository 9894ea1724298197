import { dehydrateTask, hydrateTask } from '@inferstream/client'
import type { RunConfig, TaskState } from '@inferstream/client'
import { nameOf, isShared, readSaved, writeSaved } from './resume.ts'
import type { Resume } from '../types.ts'

/** What is kept of one run of a batch. */
export interface KeptRun<TInput = unknown, TOutput = unknown> {
  /** Names the run in all tabs. */
  readonly name: string
  /** Null where JSON cannot hold it: Blobs do not survive a reload. */
  readonly config: RunConfig<TInput, TOutput> | null
  readonly taskId: string | null
  readonly app?: string | undefined
  /** Of a run without an id: not sent yet, or sent and not answered. */
  readonly isWaiting?: boolean
  /** Of a run that ended without ever having had an id. */
  readonly ended?: TaskState<TOutput> | undefined
}

/** The batch saved under this name in the last 24 hours. */
export function readBatch<TInput, TOutput>(resume: Resume): KeptRun<TInput, TOutput>[] {
  const { runs }: { runs?: unknown } = readSaved(resume) ?? {}
  return Array.isArray(runs) ? runs.flatMap(readRun<TInput, TOutput>) : []
}

/** An empty batch is forgotten. */
export function writeBatch(resume: Resume, runs: readonly KeptRun[]) {
  const saved = runs.map(({ config, ended, ...run }) => ({
    ...run,
    config: toJson(config),
    ended: ended && dehydrateTask(ended),
  }))
  void writeSaved(resume, saved.length === 0 ? null : { runs: saved })
}

const nothing = () => {}

/** Calls back when another tab has written the batch. */
export function onBatchWritten(resume: Resume, callback: () => void): () => void {
  const listener = ({ key }: StorageEvent) => {
    if (key === nameOf(resume)) callback()
  }
  globalThis.addEventListener?.('storage', listener)
  return () => globalThis.removeEventListener?.('storage', listener)
}

/**
 * Calls back once this tab is the only one that may send what waits of the batch; at once where there are no other tabs to
 * ask. Returns the function that lets the next tab have it.
 */
export function claimBatch(resume: Resume, callback: () => void): () => void {
  const locks: LockManager | undefined = globalThis.navigator?.locks
  if (!locks || !isShared(resume)) {
    callback()
    return nothing
  }
  const waiting = new AbortController()
  let release = nothing
  const held = () =>
    new Promise<void>((resolve) => {
      release = resolve
      if (waiting.signal.aborted) resolve()
      else callback()
    })
  // Refused in documents without an origin, whose storage is nobody else's.
  locks.request(nameOf(resume), { signal: waiting.signal }, held).catch(held)
  return () => {
    waiting.abort()
    release()
  }
}

function readRun<TInput, TOutput>(value: unknown): KeptRun<TInput, TOutput>[] {
  if (typeof value !== 'object' || value === null) return []
  const { name, config = null, taskId = null, app, isWaiting, ended }: Partial<KeptRun<TInput, TOutput>> = value
  if (typeof name !== 'string' || (taskId !== null && typeof taskId !== 'string')) return []
  return [{ name, config, taskId, app, isWaiting: isWaiting === true, ended: ended && hydrateTask(ended) }]
}

/** The config where JSON says all of it, else null. */
function toJson(config: unknown): unknown {
  let isWhole = true
  try {
    const text = JSON.stringify(config, (_, value: unknown) => {
      if (value instanceof Blob || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value))
        isWhole = false
      return isWhole ? value : undefined
    })
    return isWhole && text !== undefined ? JSON.parse(text) : null
  } catch {
    return null
  }
}
