import type { InferstreamError } from '../core/errors.ts'

/** Objects looked at in one field of an error, and levels copied of it; what lies beyond is left out. */
const maxObjects = 10_000
const maxDepth = 64

/**
 * Replaces every secret by `[key]` in all that the error carries: message, stack, issues, actions, cause and what is nested
 * in them. Fields without one keep their identity; others are replaced by copies.
 */
export function redact(error: InferstreamError, secrets: ReadonlySet<string>): void {
  for (const key of Reflect.ownKeys(error)) {
    const value: unknown = Reflect.get(error, key)
    if (isUnsafe(value, secrets)) Reflect.set(error, key, copyOf(value, secrets, 0, new Map()))
  }
}

/** Whether a secret stands anywhere in it, or it is too large to say. */
function isUnsafe(value: unknown, secrets: ReadonlySet<string>): boolean {
  const seen = new Set<unknown>([value])
  for (const one of seen) {
    if (seen.size > maxObjects) return true
    if (typeof one === 'string') {
      for (const secret of secrets) if (one.includes(secret)) return true
    } else if (typeof one === 'object' && one !== null) {
      for (const key of Reflect.ownKeys(one)) seen.add(read(one, key))
    }
  }
  return false
}

function copyOf(value: unknown, secrets: ReadonlySet<string>, depth: number, copies: Map<object, object>): unknown {
  if (typeof value === 'string') {
    let text = value
    for (const secret of secrets) text = text.replaceAll(secret, '[key]')
    return text
  }
  if (typeof value !== 'object' || value === null) return value
  const made = copies.get(value)
  if (made) return made
  if (depth > maxDepth || copies.size > maxObjects) return undefined
  const copy: object = Array.isArray(value) ? [] : Object.create(Reflect.getPrototypeOf(value))
  copies.set(value, copy)
  for (const key of Reflect.ownKeys(value)) {
    const { enumerable = true } = Reflect.getOwnPropertyDescriptor(value, key) ?? {}
    const clean = copyOf(read(value, key), secrets, depth + 1, copies)
    Reflect.defineProperty(copy, key, { value: clean, enumerable, writable: true, configurable: key !== 'length' })
  }
  return copy
}

/** A getter that throws has nothing to say. */
function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}
