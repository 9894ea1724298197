export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of any realm: a page in a frame has a `File` of its own. */
export const isBlob = (value: unknown): value is Blob =>
  typeof value === 'object' && value !== null && /Blob|File/.test(Object.prototype.toString.call(value))

/** The value at a path; undefined where nothing is. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)]
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key]
    else return undefined
  }
  return at
}

/** A copy with another value at the path; undefined removes it, and an object that is then empty. */
export function withValue(value: unknown, path: readonly string[], next: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return next
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? withValue(item, rest, next) : item))
  const own = isObject(value) ? value : {}
  const inner = withValue(Object.hasOwn(own, key) ? own[key] : undefined, rest, next)
  const { [key]: _, ...others } = own
  const isGone =
    inner === undefined || (rest.length > 0 && next === undefined && isObject(inner) && Object.keys(inner).length === 0)
  // In place where it was, so that the JSON of the input keeps its order.
  if (isGone) return others
  return Object.hasOwn(own, key)
    ? Object.fromEntries(Object.entries(own).map(([name, old]) => [name, name === key ? inner : old]))
    : { ...own, [key]: inner }
}

/** The JSON pointer of a path. */
export const pointerOf = (path: readonly string[]): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The path of a JSON pointer. */
export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** What a reference within a schema (`#/$defs/Size`) points to; undefined for another document. */
export function referred(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  try {
    return valueAt(root, pathOf(decodeURIComponent(ref)))
  } catch {
    // Not encoded: a key with a percent sign.
    return valueAt(root, pathOf(ref))
  }
}

/** Whether two values of JSON are equal. Files are equal to themselves. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (isBlob(one) || isBlob(other) || Array.isArray(one) !== Array.isArray(other)) return false
  const others = new Map<string, unknown>(Object.entries(other))
  const own = Object.entries(one)
  return own.length === others.size && own.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)))
}
