import { startTask } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import { createTaskStream } from './task-stream.ts'
import type { Platform } from '../core/platform.ts'
import type { Follower, TaskHandle } from '../transports/transport.ts'

export interface FollowerSource {
  /** Tells `task` what happens until the returned function is called. */
  follow(task: TaskHandle, platform: Platform): () => void
  /** Resolves when the backend has accepted the wish. */
  cancel(taskId: string): Promise<void>
  /** Whether a terminal status may come without its output, to be asked for. */
  readonly confirms: boolean
}

/** Reducer, streams and a source of events, put together. */
export function createFollower(source: FollowerSource): Follower {
  const { confirms } = source
  return {
    open(request, platform) {
      const { taskId, options, table, isOwn, calledAt } = request
      const machineOptions = { table, confirms, maxLogLines: options.maxLogLines ?? 100_000 }
      const machine = startTask<never>(taskId, machineOptions, isOwn ? calledAt : null)
      return createTaskStream({ source, platform, machine, request })
    },
    stateAfter(taskId, events, table) {
      let machine = startTask<never>(taskId, { table, confirms, maxLogLines: 100_000 }, null)
      for (const event of events) ({ machine } = reduceTask(machine, event))
      const { state } = machine
      return state.connection === 'connecting' ? { ...state, connection: 'idle' } : state
    },
  }
}
