import { InferstreamError } from '../../core/errors.ts'

/** What goes wrong on the way has its type already; what is left is about what was passed. */
export function typedError(error: unknown): InferstreamError {
  if (error instanceof InferstreamError) return error
  return new InferstreamError('config', error instanceof Error ? error.message : String(error), { cause: error })
}
