/** Collects uncaught exceptions while `act` runs, so that the test runner does not see them. Not unhandled rejections. */
export async function uncaughtIn(act: () => Promise<void>): Promise<unknown[]> {
  const uncaught: unknown[] = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => void uncaught.push(error))
  try {
    await act()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of before) process.on('uncaughtException', listener)
  }
  return uncaught
}
