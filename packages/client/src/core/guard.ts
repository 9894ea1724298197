/** A callback of the caller that throws must not stop what it is told of: it is reported as uncaught, where it belongs. */
export function guard(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
