/** A promise that may be awaited or not: a handler such as `onClick={cancel}` needs no `catch` of its own. */
export function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
