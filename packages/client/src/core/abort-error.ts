import { InferstreamError } from './errors.ts'

export function abortError(signal?: AbortSignal, cause: unknown = signal?.reason): InferstreamError {
  return new InferstreamError('aborted', 'Stopped by the caller.', { cause })
}
