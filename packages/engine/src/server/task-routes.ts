import type { Context } from 'hono'
import { isTerminal, statusCodes } from '../tasks/status.ts'
import type { Task } from '../tasks/task.ts'
import { fullLogs, taskDto, taskListItem } from '../tasks/task-dto.ts'
import { TaskReader } from '../tasks/task-reader.ts'
import { taskTimings } from '../tasks/task-timings.ts'
import { readJsonObject } from './json-body.ts'
import { page } from './paging.ts'
import { ProblemError, notFound } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'
import { streamResponse } from './stream-response.ts'

export function taskRoutes(services: Services): Route[] {
  const taskOf = (context: Context<ServerEnv>): Task => {
    const id = context.req.param('id') ?? ''
    const task = services.tasks.get(id)
    if (task) return task
    const detail = `There is no task ${JSON.stringify(id.slice(0, 64))}. It may have expired, or the engine was restarted.`
    throw new ProblemError(notFound(detail))
  }

  return [
    { method: 'GET', path: '/tasks/:id', handle: (context) => enveloped(taskDto(taskOf(context))) },
    {
      method: 'DELETE',
      path: '/tasks/:id',
      handle: (context) => {
        const task = taskOf(context)
        if (!task.ended) {
          const detail = `The task is ${task.state.status}. Cancel it first.`
          throw new ProblemError({ status: 409, code: 'conflict', title: 'Task has not ended', detail })
        }
        services.tasks.delete(task)
        return enveloped({ id: task.id, deleted: true })
      },
    },
    {
      method: 'GET',
      path: '/tasks/:id/status',
      handle: (context) => {
        const { id, state } = taskOf(context)
        return enveloped({ id, status: statusCodes[state.status], updated_at: state.updatedAt })
      },
    },
    {
      method: 'GET',
      path: '/tasks/:id/logs',
      handle: (context) => {
        const task = taskOf(context)
        const { status, events } = task.state
        return enveloped({ task_id: task.id, status: statusCodes[status], events, logs: fullLogs(task) })
      },
    },
    { method: 'GET', path: '/tasks/:id/timings', handle: (context) => enveloped(taskTimings(taskOf(context).state)) },
    {
      method: 'GET',
      path: '/tasks/:id/stream',
      handle: (context) => {
        const task = taskOf(context)
        return streamResponse(context, {
          read: (position) => new TaskReader(task, position),
          heartbeatMs: services.heartbeatMs,
          onMore: (listener) => task.onFrame(listener),
        })
      },
    },
    {
      method: 'POST',
      path: '/tasks/:id/cancel',
      handle: (context) => {
        const task = taskOf(context)
        if (isTerminal(task.state.status)) {
          const detail = `The task has ${task.state.status === 'cancelled' ? 'been cancelled' : task.state.status} already, so there is nothing to cancel.`
          throw new ProblemError({ status: 409, code: 'conflict', title: 'Task has ended', detail })
        }
        services.queue.cancel(task)
        return enveloped({ id: task.id, status: statusCodes[task.state.status], cancelled: true })
      },
    },
    {
      method: 'POST',
      path: '/tasks/list',
      handle: async (context) => {
        const body = await readJsonObject(context.req.raw, services.limits.bodyBytes)
        services.tasks.expire()
        return enveloped(page(services.tasks.list().map(taskListItem), body))
      },
    },
  ]
}
