import { findApp } from '../apps/catalogue.ts'
import { Task } from '../tasks/task.ts'
import { appIds } from './app-dto.ts'
import { ProblemError, invalidRequest } from './problems.ts'
import { checkQueue, checkedInput, unknownApp } from './run-routes.ts'
import type { Services } from './services.ts'

/** Starts a task for an agent's app tool, as POST /apps/run does. Throws a problem if that would be refused. */
export function startNestedTask(
  services: Pick<Services, 'tasks' | 'queue' | 'clock' | 'limits'>,
  { ref, input, baseUrl, chatId }: { ref: string; input: unknown; baseUrl: string; chatId: string },
): Task {
  const found = findApp(ref)
  if (!found) throw new ProblemError(unknownApp(ref))
  const { app } = found
  if (app.requirements) throw new ProblemError(invalidRequest(`${app.ref} has missing requirements.`, 412))
  const checked = checkedInput(app, input)
  checkQueue(services)
  const task = new Task(
    {
      ref,
      app: app.ref,
      ...appIds(app),
      function: 'run',
      input: checked,
      inputCharacters: JSON.stringify(checked).length,
      setup: null,
      infra: 'private',
      metadata: null,
      sessionId: null,
      chatId,
      baseUrl,
    },
    services.clock,
    services.limits.task,
  )
  services.tasks.add(task)
  services.queue.add({ task, app, session: null })
  return task
}
