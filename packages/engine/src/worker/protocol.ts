import type { JsonObject } from '../apps/app.ts'
import type { Progress } from '../tasks/task-state.ts'

/** The start options of a worker thread. */
export interface WorkerSettings {
  /** Folder for files. */
  filesFolder: string
  speed: number
}

/** A run as sent to a worker thread. */
export interface Job {
  ref: string
  input: JsonObject
  /** Address in front of `/files/{id}`. */
  baseUrl: string
  /** Two Int32 cells shared by both sides: 1 in the first means "stop"; the second counts messages not yet received. */
  shared: SharedArrayBuffer
}

export const cancelCell = 0
export const backlogCell = 1

export interface WrittenFile {
  id: string
  filename: string
  contentType: string
  size: number
}

/** The messages of a worker thread during a job; `completed` or `failed` is the last one. */
export type WorkerMessage =
  | { type: 'log'; text: string }
  | { type: 'progress'; progress: Progress }
  | { type: 'partial'; output: unknown }
  | { type: 'output'; output: unknown }
  | { type: 'delta'; delta: JsonObject }
  | { type: 'file'; file: WrittenFile }
  | { type: 'completed'; output: unknown }
  | { type: 'failed'; error: string }
