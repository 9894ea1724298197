// What a tool returned or threw → the text that is submitted for its call.

/** @throws where the value has no JSON form */
export function resultText(result: unknown): string {
  if (typeof result === 'string') return result
  if (result === undefined) return 'null'
  let text: string | undefined
  try {
    text = JSON.stringify(result, (_, value: unknown) => (isError(value) ? { error: sentenceOf(value) } : value))
  } catch (cause) {
    throw new TypeError(`The result cannot be written as JSON: ${sentenceOf(cause)}`, { cause })
  }
  if (text === undefined) throw new TypeError(`The result of type ${typeof result} cannot be written as JSON.`)
  return text
}

export function errorText(error: unknown): string {
  return JSON.stringify({ error: sentenceOf(error) })
}

const noReason = 'The tool failed without a reason.'

/** The message of an error, of what looks like one, or the value itself. Never throws. */
function sentenceOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'number' || typeof thrown === 'bigint' || typeof thrown === 'symbol') return String(thrown)
    if (typeof thrown === 'string' && thrown !== '') return thrown
    if (typeof thrown !== 'object' || thrown === null) return noReason
    for (const key of ['message', 'error']) {
      const text: unknown = Reflect.get(thrown, key)
      if (typeof text === 'string' && text !== '') return text
    }
    return (isError(thrown) ? thrown.name : JSON.stringify(thrown)) || noReason
  } catch {
    return noReason
  }
}

/** One of another realm too. */
function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  const tag = Object.prototype.toString.call(value)
  return value instanceof Error || tag === '[object Error]' || tag === '[object DOMException]'
}
