import type { JsonObject } from '../apps/app.ts'
import { isObject } from '../server/json-body.ts'
import type { Delta } from './reduce-chat.ts'
import type { ModelCall } from './model.ts'

interface OpenCall {
  id: string
  name: string
  arguments: string
}

/** Assembles tool calls from their deltas: matched by `index`, the text of their arguments joined (protocol §5.1). */
export class CallAccumulator {
  readonly #calls = new Map<number, OpenCall>()

  add({ tool_calls: pieces = [] }: Delta): void {
    for (const piece of pieces) {
      const index = Number(piece['index'] ?? 0)
      const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' }
      const facts = isObject(piece['function']) ? piece['function'] : {}
      if (typeof piece['id'] === 'string') call.id = piece['id']
      if (typeof facts['name'] === 'string') call.name = facts['name']
      if (typeof facts['arguments'] === 'string') call.arguments += facts['arguments']
      this.#calls.set(index, call)
    }
  }

  /** The calls in order. Arguments that are not a JSON object are kept unchanged under `raw`. */
  calls(): ModelCall[] {
    return [...this.#calls]
      .toSorted(([one], [other]) => one - other)
      .map(([index, call]) => ({
        callId: call.id === '' ? `call_${index}` : call.id,
        name: call.name,
        arguments: readArguments(call.arguments),
      }))
  }
}

function readArguments(text: string): JsonObject {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : { raw: text }
  } catch {
    return { raw: text }
  }
}
