// What was typed, kept under the name of the run, so that both come back after a reload.
import type { Resume } from '../generator-context.ts'
import { isBlob, isObject, pointerOf, type JsonObject } from './json.ts'
import { nameOf } from './input-text.ts'

export interface Draft {
  readonly input: JsonObject
  /** Names of the files that the input had, by pointer: a storage cannot hold them. */
  readonly files: ReadonlyMap<string, string>
}

/** ms, as the run itself is kept. */
const lifetime = 24 * 60 * 60 * 1_000

/** Null where nothing was kept, or the storage is disabled. */
export function readDraft(resume: Resume): Draft | null {
  const { key, storage } = placeOf(resume)
  try {
    const saved: unknown = JSON.parse(storage().getItem(key) ?? 'null')
    if (!isObject(saved) || !isObject(saved['input'])) return null
    if (typeof saved['savedAt'] !== 'number' || Date.now() - saved['savedAt'] > lifetime) return null
    const files = isObject(saved['files']) ? Object.entries(saved['files']) : []
    return {
      input: saved['input'],
      files: new Map(files.flatMap(([path, name]) => (typeof name === 'string' ? [[path, name] as const] : []))),
    }
  } catch {
    return null
  }
}

/**
 * Does nothing where the storage is disabled or full.
 * @param secrets Pointers of what is not kept, such as passwords.
 */
export function saveDraft(resume: Resume, input: JsonObject, secrets: ReadonlySet<string>): void {
  const { key, storage } = placeOf(resume)
  const files: Record<string, string> = {}
  try {
    storage().setItem(key, JSON.stringify({ input: plain(input, [], files, secrets), files, savedAt: Date.now() }))
  } catch {
    // The form still works.
  }
}

function placeOf(resume: Resume) {
  const { key, storage = null } = typeof resume === 'string' ? { key: resume } : resume
  return { key: `inferstream:form:${key}`, storage: () => storage ?? localStorage }
}

function plain(
  value: unknown,
  path: readonly string[],
  files: Record<string, string>,
  secrets: ReadonlySet<string>,
): unknown {
  if (secrets.has(pointerOf(path))) return undefined
  if (typeof value !== 'object' || value === null) return value
  if (isBlob(value)) {
    files[pointerOf(path)] = nameOf(value)
    return undefined
  }
  if (Array.isArray(value))
    return value.map((item, index) => plain(item, [...path, String(index)], files, secrets) ?? '')
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item, [...path, key], files, secrets)]),
  )
}
