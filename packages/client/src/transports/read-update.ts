// What JavaScript says in other words than those of `BackendUpdate`.
import { isInferstreamError } from '../core/is-inferstream-error.ts'
import { isObject } from '../core/json.ts'
import type { BackendUpdate } from '../task/task-reducer.ts'

/** The same object where it says everything in our words, which is the rule. */
export function readUpdate<T extends BackendUpdate>(update: T): T {
  const { logs, progress, error }: { logs?: unknown; progress?: unknown; error?: unknown } = update
  const hasText = typeof logs === 'string'
  const hasFraction = typeof progress === 'number' || (isObject(progress) && progress['total'] === undefined)
  const hasForeignError = isObject(error) && !isInferstreamError(error)
  if (!hasText && !hasFraction && !hasForeignError) return update
  return {
    ...update,
    ...(hasText && { logs: linesIn(logs) }),
    ...(hasFraction && { progress: progressIn(progress) }),
    ...(hasForeignError && { error: error['message'] }),
  }
}

function linesIn(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/)
}

/** A number, or a `fraction` alone, is 0–1. */
function progressIn(progress: unknown): object {
  const fields = isObject(progress) ? progress : {}
  return { ...fields, current: isObject(progress) ? progress['fraction'] : progress, total: 1 }
}
