/** Objects and array items visited before an input counts as large. */
const maxVisits = 1_000

/**
 * Whether a value is small and free of cycles and Blobs, so that it can be sent as JSON. Anything else is checked by code
 * that is loaded when it is needed.
 */
export function isSimple(value: unknown): boolean {
  let visits = 0
  const isPlain = (one: unknown): boolean => {
    if (typeof one !== 'object' || one === null) return true
    visits += Array.isArray(one) ? one.length + 1 : 1
    return visits <= maxVisits && !(Symbol.toStringTag in one) && Object.values(one).every(isPlain)
  }
  try {
    return isPlain(value)
  } catch {
    return false
  }
}
