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
