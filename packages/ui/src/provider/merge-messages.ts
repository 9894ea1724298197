/** Any text of a tree of texts may be missing; functions are replaced whole. */
export type DeepPartial<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T

/** `messages` with those of `changes` in place of its own; what is missing or undefined there stays. */
export function mergeMessages<T extends object>(messages: T, changes: object | undefined): T {
  if (!changes) return messages
  const merged = new Map<string, unknown>(Object.entries(messages))
  for (const [key, change] of Object.entries(changes)) {
    if (change === undefined) continue
    const known = merged.get(key)
    merged.set(key, isTree(known) && isTree(change) ? mergeMessages(known, change) : change)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same keys, each of its own type or what replaces it
  return Object.fromEntries(merged) as T
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
