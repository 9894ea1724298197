// What a tool is called with: an object or its JSON (protocol §6). One reader shows arguments that are still being written,
// the other decides whether a tool may act on them.
import { Allow, parse } from 'partial-json'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'

/**
 * What is wrong with arguments that a tool is to act on; null for an object, its JSON, and for none at all. Unlike
 * `readArguments` it never guesses: half an object is not one.
 */
export function argumentsProblem(value: unknown): string | null {
  let read = value ?? {}
  if (typeof read === 'string') {
    if (read.trim() === '') return null
    try {
      read = JSON.parse(read)
    } catch (error) {
      return `its arguments are not valid JSON, or were cut off: ${String(error)}`
    }
  }
  return isObject(read) ? null : `its arguments are ${kindOf(read)}, not a JSON object`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

/** For showing: what is known of the arguments; not half a number or half a key. `{}` for anything but an object. */
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
  // The lenient parser would set a prototype by it, and it recurses.
  if (json.includes('__proto__') || isDeep(json)) return undefined
  try {
    return parse(json, Allow.STR | Allow.OBJ | Allow.ARR)
  } catch {
    return undefined
  }
}

/** Nested deeper than arguments are. Brackets inside strings count too, which only hides more. */
function isDeep(json: string): boolean {
  let depth = 0
  for (const char of json) {
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth > 200) return true
  }
  return false
}

/** A key of `__proto__` changes nothing, also for those who merge what they are given. */
function withoutPrototype(value: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__'))
}
