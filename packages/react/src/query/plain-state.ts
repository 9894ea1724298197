import { InferstreamError } from '@inferstream/client'
import type { LogView } from '@inferstream/client'
import type { RunSnapshot } from '../types.ts'

/** A run's state as a server hands it to a page: React keeps the message of an `Error` to itself there. */
export function toPlain(state: RunSnapshot): unknown {
  return JSON.parse(JSON.stringify(state))
}

/** A run's state from a server, or from a cache kept as JSON: its lines are a log again, and its error is an error. */
export function revive<TOutput>(state: RunSnapshot<TOutput>): RunSnapshot<TOutput> {
  if (typeof state.logs.entry === 'function') return state
  const { error, logs } = state
  return { ...state, logs: logOf([...logs]), error: error && new InferstreamError(error.code, error.message, error) }
}

/** Which source each line came from was not kept. */
function logOf(lines: string[]): LogView {
  const entry = (index: number) => {
    const text = lines[index]
    return text === undefined ? undefined : { text, source: 'task' }
  }
  const view: readonly string[] = Object.defineProperties(lines, { dropped: { value: 0 }, entry: { value: entry } })
  // The two properties are all that a view has over an array.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return view as LogView
}
