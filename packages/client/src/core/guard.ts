/** Runs a user callback. Its exception is rethrown asynchronously, as uncaught, so that it cannot break the stream. */
export function guard(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
