/** A user's callback that throws is reported as any other uncaught error, and stops nothing here. */
export function safely(callback: () => void) {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
