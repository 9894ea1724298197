/** Ids are opaque (design §2 "Bounds"). */
export function isTaskId(value: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(value)
}
