// What a tool is called with: an object, its JSON, or the beginning of its JSON (protocol §6).
import { Allow, parse } from 'partial-json'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'

/** What is known of the arguments; half a number, or half a key, is not. `{}` for what is no object. */
export function readArguments(value: unknown): Record<string, unknown> {
  const read = typeof value === 'string' ? parseSoFar(value) : value
  return isObject(read) ? withoutPrototype(read) : {}
}

function parseSoFar(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Not finished, or no JSON at all.
  }
  // The lenient parser would set a prototype by it.
  if (json.includes('__proto__')) return undefined
  try {
    return parse(json, Allow.STR | Allow.OBJ | Allow.ARR)
  } catch {
    return undefined
  }
}

/** A key of `__proto__` changes nothing, also for those who merge what they are given. */
function withoutPrototype(value: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__'))
}
