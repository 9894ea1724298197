/** A callback that throws is reported as any other uncaught error, and disturbs nobody. */
export function safely(callback: () => void) {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** A promise that may be awaited or not: a handler such as `onClick={cancel}` needs no `catch` of its own. */
export function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
