import type { ChatStoreLimits } from './agents/chat-store.ts'
import type { EventLimits } from './agents/event-log.ts'
import type { TurnLimits } from './agents/turns.ts'
import type { TaskLimits } from './tasks/task.ts'
import type { JobLimits } from './worker/worker-thread.ts'

const mebibyte = 1024 * 1024

export interface ChatLimits extends ChatStoreLimits, EventLimits, TurnLimits {
  /** Messages of one chat, how many of them may be queued, and characters of the whole chat. */
  messages: number
  queuedMessages: number
  chatCharacters: number
  /** Characters of one message, or of one result of a tool. */
  messageCharacters: number
}

/** Limits that keep an engine bounded when it runs for days. */
export interface EngineLimits {
  task: TaskLimits
  job: JobLimits
  chat: ChatLimits
  /** Tasks waiting for a worker; more are refused with 429. */
  queuedTasks: number
  /** Number of ended tasks kept (the oldest are dropped first), and for how long, in milliseconds. */
  endedTasks: number
  endedTaskMs: number
  /** Characters of logs, inputs and outputs kept for all tasks together. */
  keptCharacters: number
  /** Bytes of one request body, of one uploaded file, and of all files together. */
  bodyBytes: number
  fileBytes: number
  allFileBytes: number
}

export const defaultLimits: EngineLimits = {
  task: { log: { recordBytes: 256 * 1024, keptCharacters: 64 * mebibyte }, frames: 2_048 },
  job: { runMs: 600_000, stopMs: 500, idleMs: 30_000 },
  chat: {
    chats: 200,
    chatMs: 3_600_000,
    allChatCharacters: 64 * mebibyte,
    messages: 5_000,
    queuedMessages: 50,
    chatCharacters: 16 * mebibyte,
    messageCharacters: 200_000,
    steps: 8,
    inputMs: 600_000,
    answerCharacters: mebibyte,
    events: 2_048,
    eventCharacters: 4 * mebibyte,
  },
  queuedTasks: 1_000,
  endedTasks: 500,
  endedTaskMs: 3_600_000,
  keptCharacters: 128 * mebibyte,
  bodyBytes: 4 * mebibyte,
  fileBytes: 64 * mebibyte,
  allFileBytes: 512 * mebibyte,
}
