/** Records of streams, newest last, as they came over the wire. Kept only while they are shown. */
const kept = 300
const longest = 2_000

let list: readonly string[] = []
let rest = ''
const listeners = new Set<() => void>()

export const records = {
  /** Text of a stream. */
  add(this: void, text: string): void {
    if (listeners.size === 0) return
    const parts = (rest + text).split('\n')
    rest = (parts.pop() ?? '').slice(-1_000_000)
    const found = parts
      .map((line) => line.replace(/^data: ?/, ''))
      .filter((line) => line.startsWith('{'))
      .map((line) => (line.length > longest ? `${line.slice(0, longest)}… ${line.length} characters` : line))
    if (found.length === 0) return
    list = [...list, ...found].slice(-kept)
    for (const listener of listeners) listener()
  },
  list: (): readonly string[] => list,
  subscribe(this: void, listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
