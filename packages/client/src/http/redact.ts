import { InferstreamError } from '../core/errors.ts'

/** Shorter ones are no secrets, and would hit ordinary words. */
const minLength = 4
/** Tokens remembered; a client that gets a new one for each request must not keep them all. */
const maxSecrets = 64
/** Objects looked at in one field of an error, and levels copied of it; what lies beyond is left out. */
const maxObjects = 10_000
const maxDepth = 64

/** What no error may quote: the key, and each token that was used. */
export class Secrets {
  readonly #known = new Set<string>()

  add(secret: string | undefined): void {
    if (!secret || secret.length < minLength) return
    this.#known.delete(secret)
    this.#known.add(secret)
    for (const oldest of this.#known) {
      if (this.#known.size <= maxSecrets) break
      this.#known.delete(oldest)
    }
  }

  /**
   * The error, with every secret replaced by `[key]` in all that it carries: message, stack, issues, actions, cause and
   * what is nested in them. Fields without one keep their identity; others are replaced by copies.
   */
  redact(error: unknown): unknown {
    // The reason of an abort is the caller's own, and may be an event with the whole page behind it.
    if (this.#known.size === 0 || !(error instanceof InferstreamError) || error.code === 'aborted') return error
    for (const key of Reflect.ownKeys(error)) {
      const value: unknown = Reflect.get(error, key)
      if (this.#isUnsafe(value)) Reflect.set(error, key, this.#copy(value, 0, new Map()))
    }
    return error
  }

  /** Whether a secret stands anywhere in it, or it is too large to say. */
  #isUnsafe(value: unknown): boolean {
    const seen = new Set<unknown>([value])
    for (const one of seen) {
      if (seen.size > maxObjects) return true
      if (typeof one === 'string') {
        for (const secret of this.#known) if (one.includes(secret)) return true
      } else if (typeof one === 'object' && one !== null) {
        for (const key of Reflect.ownKeys(one)) seen.add(read(one, key))
      }
    }
    return false
  }

  #copy(value: unknown, depth: number, copies: Map<object, object>): unknown {
    if (typeof value === 'string') {
      let text = value
      for (const secret of this.#known) text = text.replaceAll(secret, '[key]')
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
      const clean = this.#copy(read(value, key), depth + 1, copies)
      Reflect.defineProperty(copy, key, { value: clean, enumerable, writable: true, configurable: key !== 'length' })
    }
    return copy
  }
}

/** A getter that throws has nothing to say. */
function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}
