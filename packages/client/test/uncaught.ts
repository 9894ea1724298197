/** What is thrown and caught by nobody while `act` runs, kept from the test runner. A rejection that nobody handles is not. */
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
