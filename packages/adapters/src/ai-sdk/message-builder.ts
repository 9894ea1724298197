// Chunks → the parts of a message, in the form that a route of the AI SDK is sent.
import type { JsonObject } from '../json.ts'

export type UIPart = { readonly type: string } & JsonObject

const text = (value: unknown) => (typeof value === 'string' ? value : '')

export class MessageBuilder {
  /** `isForPage`: a call whose result the page must give. */
  parts: readonly UIPart[]
  isOver = false
  #hasStart = false

  /** @param parts what the message had when the turn went on */
  constructor(parts: readonly UIPart[]) {
    this.parts = parts
  }

  add(chunk: JsonObject): void {
    const { type, toolCallId } = chunk
    switch (type) {
      case 'start':
        this.#hasStart = true
        return
      case 'start-step':
        this.parts = [...this.parts, { type: 'step-start' }]
        return
      case 'text-start':
      case 'reasoning-start':
        this.parts = [...this.parts, { type: type.slice(0, -'-start'.length), text: '', id: chunk['id'] }]
        return
      case 'text-delta':
      case 'reasoning-delta':
        this.#change(
          (part) => part['id'] === chunk['id'] && type.startsWith(part.type),
          (part) => ({ text: text(part['text']) + text(chunk['delta']) }),
        )
        return
      case 'tool-input-start':
      case 'tool-input-available':
      case 'tool-input-error': {
        const name = text(chunk['toolName'])
        const known = this.parts.some((part) => part['toolCallId'] === toolCallId)
        if (!known && typeof toolCallId === 'string') {
          const own = chunk['dynamic'] === true ? { type: 'dynamic-tool', toolName: name } : { type: `tool-${name}` }
          this.parts = [...this.parts, { ...own, toolCallId, state: 'input-streaming' }]
        }
        if (type === 'tool-input-available') {
          const isForPage = chunk['providerExecuted'] !== true
          this.#call(toolCallId, { state: 'input-available', input: chunk['input'], isForPage })
        }
        if (type === 'tool-input-error')
          this.#call(toolCallId, { state: 'output-error', input: chunk['input'], errorText: chunk['errorText'] })
        return
      }
      case 'tool-approval-request':
        this.#call(toolCallId, { state: 'approval-requested', approval: { id: chunk['approvalId'] } })
        return
      case 'tool-output-available':
        this.#call(toolCallId, { state: 'output-available', output: chunk['output'] })
        return
      case 'tool-output-error':
        this.#call(toolCallId, { state: 'output-error', errorText: chunk['errorText'] })
        return
      case 'tool-output-denied':
        this.#call(toolCallId, { state: 'output-denied' })
        return
      case 'file':
        this.parts = [...this.parts, { type: 'file', url: chunk['url'], mediaType: chunk['mediaType'] }]
        return
      case 'error':
      case 'abort':
      case 'finish':
        this.isOver = true
        return
      case '[DONE]':
        // A stream that was written by hand may have neither `start` nor `finish`.
        this.isOver ||= !this.#hasStart
        return
      default:
    }
  }

  #call(toolCallId: unknown, change: object): void {
    this.#change(
      (part) => part['toolCallId'] === toolCallId,
      () => change,
    )
  }

  #change(isIt: (part: UIPart) => boolean, change: (part: UIPart) => object): void {
    const at = this.parts.findLastIndex(isIt)
    const part = this.parts[at]
    if (part) this.parts = this.parts.with(at, { ...part, ...change(part) })
  }
}
