import { errorBrand } from './errors.ts'
import type { ErrorCode, InferstreamError } from './errors.ts'

/**
 * Whether it is an error of this library, of any copy of it: bundles may hold two, and `instanceof` knows only its own.
 * @param code Only errors with this code.
 */
export function isInferstreamError(error: unknown, code?: ErrorCode): error is InferstreamError {
  return (
    typeof error === 'object' &&
    error !== null &&
    errorBrand in error &&
    (code === undefined || ('code' in error && error.code === code))
  )
}
