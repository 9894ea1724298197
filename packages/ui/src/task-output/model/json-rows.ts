// A tree of values as rows: only what is open, so that a large one costs what is shown.

export interface JsonRow {
  /** Keys from the root, as text; unique. */
  readonly path: string
  readonly key: string
  /** 0 for the values of the root. */
  readonly depth: number
  readonly value: unknown
  /** Number of its values; null for a value that has none. */
  readonly size: number | null
  readonly isOpen: boolean
  /** It is inside of itself. */
  readonly isCircular: boolean
  /** Place among its siblings, from 1, and their number. */
  readonly at: number
  readonly of: number
}

/** Levels that are open at first. */
const openAtFirst = 2
/** Values of one list or object that are shown. */
const most = 10_000

export type Openings = ReadonlyMap<string, boolean>

const entriesOf = (value: object): [string, unknown][] =>
  Array.isArray(value)
    ? value.slice(0, most).map((one, index) => [String(index), one])
    : Object.entries(value).slice(0, most)

export function jsonRows(value: unknown, openings: Openings): JsonRow[] {
  const rows: JsonRow[] = []
  const add = (parent: object, path: string, depth: number, around: readonly object[]) => {
    const entries = entriesOf(parent)
    for (const [index, [key, one]] of entries.entries()) {
      const own = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const isTree = typeof one === 'object' && one !== null
      const isCircular = isTree && around.includes(one)
      const isOpen = isTree && !isCircular && (openings.get(own) ?? depth + 1 < openAtFirst)
      rows.push({
        path: own,
        key,
        depth,
        value: one,
        size: isTree ? (Array.isArray(one) ? one.length : Object.keys(one).length) : null,
        isOpen,
        isCircular,
        at: index + 1,
        of: entries.length,
      })
      if (isOpen) add(one, own, depth + 1, [...around, one])
    }
  }
  if (typeof value === 'object' && value !== null) add(value, '', 0, [value])
  return rows
}
