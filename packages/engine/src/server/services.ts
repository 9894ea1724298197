import type { ChatStore } from '../agents/chat-store.ts'
import type { Turns } from '../agents/turns.ts'
import type { Chaos } from '../chaos.ts'
import type { Clock } from '../clock.ts'
import type { FileStore } from '../files.ts'
import type { EngineLimits } from '../limits.ts'
import type { Queue } from '../tasks/queue.ts'
import type { Sessions } from '../tasks/sessions.ts'
import type { TaskStore } from '../tasks/task-store.ts'

/** The objects shared by the routes of one engine. */
export interface Services {
  readonly tasks: TaskStore
  readonly queue: Queue
  readonly files: FileStore
  readonly sessions: Sessions
  readonly chats: ChatStore
  readonly turns: Turns
  readonly clock: Clock
  readonly limits: EngineLimits
  readonly heartbeatMs: number
  readonly chaos: Chaos
  /** Closes the listener and every socket for so many milliseconds. */
  readonly restart: (milliseconds: number) => void
}
