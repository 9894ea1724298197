import { isInferstreamError } from './is-inferstream-error.ts'
import { InferstreamError } from './errors.ts'
import type { ErrorCode } from './errors.ts'

const codes: readonly string[] = [
  'network',
  'auth',
  'forbidden',
  'not_found',
  'rate_limited',
  'requirements',
  'validation',
  'server',
  'protocol',
  'timeout',
  'aborted',
  'task_failed',
  'task_cancelled',
  'config',
] satisfies ErrorCode[]

/**
 * Converts any thrown value to an error of this library. Such an error is returned unchanged; the fields of other values
 * are kept, and the value itself becomes the `cause`. Never throws.
 * @param otherwise The code for a value without a known one.
 */
export function errorFrom(thrown: unknown, otherwise: ErrorCode): InferstreamError {
  if (isInferstreamError(thrown)) return thrown
  try {
    const fields = typeof thrown === 'object' && thrown !== null ? thrown : {}
    const field = (name: string): unknown => Reflect.get(fields, name)
    const code = field('code')
    const [message, status, retryable, retryAfter] = ['message', 'status', 'retryable', 'retryAfter'].map(field)
    return new InferstreamError(isCode(code) ? code : otherwise, isText(message) ? message : String(thrown), {
      ...(typeof status === 'number' && { status }),
      ...(typeof retryAfter === 'number' && { retryAfter }),
      retryable: retryable === true,
      cause: field('cause') ?? thrown,
    })
  } catch (cause) {
    return new InferstreamError(otherwise, 'An error that cannot be read.', { cause })
  }
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && codes.includes(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
