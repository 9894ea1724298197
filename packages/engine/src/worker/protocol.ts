import type { JsonObject } from '../apps/app.ts'
import type { Progress } from '../tasks/task-state.ts'

/** What a worker thread is started with. */
export interface WorkerSettings {
  /** Folder that files are written to. */
  filesFolder: string
  speed: number
}

/** A run, as it is handed to a worker thread. */
export interface Job {
  ref: string
  input: JsonObject
  /** Address in front of `/files/{id}`. */
  baseUrl: string
  /** Two Int32 cells shared by both sides: 1 in the first means "stop"; the second counts messages not yet taken. */
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

/** What a worker thread says while it runs a job; `completed` or `failed` is the last of it. */
export type WorkerMessage =
  | { type: 'log'; text: string }
  | { type: 'progress'; progress: Progress }
  | { type: 'partial'; output: unknown }
  | { type: 'output'; output: unknown }
  | { type: 'delta'; delta: JsonObject }
  | { type: 'file'; file: WrittenFile }
  | { type: 'completed'; output: unknown }
  | { type: 'failed'; error: string }
