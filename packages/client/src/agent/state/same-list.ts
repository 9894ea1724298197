/** The list from before where all of it is identical. */
export function sameList<T>(before: readonly T[], next: readonly T[]): readonly T[] {
  return before.length === next.length && next.every((one, index) => one === before[index]) ? before : next
}
