/** Objects and items looked at before an input counts as large. */
const maxLooks = 1_000

/**
 * Whether a value is small, free of cycles and of Blobs, so that JSON holds it. Anything else is looked at by code that is
 * loaded for it.
 */
export function isSimple(value: unknown): boolean {
  let looks = 0
  const isPlain = (one: unknown): boolean => {
    if (typeof one !== 'object' || one === null) return true
    looks += Array.isArray(one) ? one.length + 1 : 1
    return looks <= maxLooks && !(Symbol.toStringTag in one) && Object.values(one).every(isPlain)
  }
  try {
    return isPlain(value)
  } catch {
    return false
  }
}
