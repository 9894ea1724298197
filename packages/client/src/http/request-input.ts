import { InferstreamError } from '../core/errors.ts'

/** Levels of nesting that an input may have. */
const maxDepth = 500
/** Values that an input may have as JSON; an object that stands in several places counts at each of them. */
const maxValues = 10_000_000

/**
 * Whether the input holds Blobs, or other things that JSON has no form for: what uploads them is loaded only then.
 * Costs one visit per object, however often it is referred to.
 * @throws `config` for an input that contains itself, is nested too deep, or is too large as JSON
 */
export function hasBlob(input: unknown): boolean {
  /** Values in each object; 0 while it is being counted. */
  const sizes = new Map<object, number>()
  let isFound = false

  function count(value: unknown, depth: number): number {
    if (typeof value !== 'object' || value === null) return 1
    if (Symbol.toStringTag in value) isFound = true
    // What these become is their own business.
    if (Symbol.toStringTag in value || 'toJSON' in value) return 1
    const known = sizes.get(value)
    if (known === 0) throw refused('is circular')
    if (known !== undefined) return known
    if (depth > maxDepth) throw refused(`is nested deeper than ${maxDepth} levels`)
    sizes.set(value, 0)
    let size = Array.isArray(value) ? value.length : 1
    for (const item of Object.values(value)) size += count(item, depth + 1)
    if (size > maxValues) throw refused(`has more than ${maxValues} values as JSON`)
    sizes.set(value, size)
    return size
  }

  try {
    count(input, 0)
  } catch (cause) {
    throw cause instanceof InferstreamError ? cause : refused(`cannot be read: ${String(cause)}`, cause)
  }
  return isFound
}

function refused(why: string, cause?: unknown): InferstreamError {
  return new InferstreamError('config', `The input ${why}. Nothing was sent.`, { cause })
}
