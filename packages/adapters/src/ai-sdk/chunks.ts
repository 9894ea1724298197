// Chunks of a UI message stream → updates. Never throws, whatever the input; one update for each chunk.
import type { BackendUpdate } from '@inferstream/client'
import { isObject } from '../json.ts'
import type { JsonObject } from '../json.ts'

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Reads one stream from its beginning. */
export function chunkReader(): (chunk: unknown) => BackendUpdate {
  /** Everything so far, in the form of the output. */
  const output: {
    response: string
    reasoning?: string
    tool_calls?: object[]
    files?: object[]
    data?: Record<string, unknown>
    metadata?: unknown
  } = { response: '' }
  const calls = new Map<string, { index: number; id: string; name: string; args: string; facts: object }>()
  /** Streams of `streamText` begin with `start` and end with `finish`; those written by hand may have neither. */
  let hasStart = false
  let isAtWork = false

  function callDelta(id: unknown, more: { name?: unknown; args?: string; facts?: object }): BackendUpdate {
    const key = textOf(id)
    const known = calls.get(key) ?? { index: calls.size, id: key, name: '', args: '', facts: {} }
    const { args = '' } = more
    const name = known.name || textOf(more.name)
    calls.set(key, { ...known, name, args: known.args + args, facts: { ...known.facts, ...more.facts } })
    const { index } = known
    return {
      delta: { tool_calls: [{ index, id: key, type: 'function', ...more.facts, function: { name, arguments: args } }] },
    }
  }

  function completed(): BackendUpdate {
    if (calls.size > 0) {
      output.tool_calls = [...calls.values()].map(({ index, id, name, args, facts }) =>
        Object.assign({ index, id, type: 'function', function: { name, arguments: args } }, facts),
      )
    }
    return { status: 'completed', output }
  }

  return (chunk) => {
    const update = isObject(chunk) ? updateOf(chunk) : {}
    if (isAtWork || update.status !== undefined || Object.keys(update).length === 0) return update
    isAtWork = true
    return { status: 'running', ...update }
  }

  function updateOf(chunk: JsonObject): BackendUpdate {
    const { type, toolCallId } = chunk
    if (chunk['messageMetadata'] !== undefined) output.metadata = chunk['messageMetadata']
    switch (type) {
      case 'start':
        hasStart = true
        return { status: 'received' }
      case 'text-start':
        // Another text is another paragraph.
        if (output.response === '') return {}
        output.response += '\n\n'
        return { delta: { response: '\n\n' } }
      case 'text-delta':
        output.response += textOf(chunk['delta'])
        return { delta: { response: chunk['delta'] } }
      case 'reasoning-delta':
        output.reasoning = (output.reasoning ?? '') + textOf(chunk['delta'])
        return { delta: { reasoning: chunk['delta'] } }
      case 'tool-input-start':
        return callDelta(toolCallId, { name: chunk['toolName'] })
      case 'tool-input-delta':
        return callDelta(toolCallId, { args: textOf(chunk['inputTextDelta']) })
      case 'tool-input-available':
      case 'tool-input-error': {
        const args = calls.get(textOf(toolCallId))?.args ? '' : (JSON.stringify(chunk['input']) ?? '')
        const facts = type === 'tool-input-error' ? { error: textOf(chunk['errorText']) } : {}
        return callDelta(toolCallId, { name: chunk['toolName'], args, facts })
      }
      case 'tool-output-available':
        return callDelta(toolCallId, { facts: { result: chunk['output'] } })
      case 'tool-output-error':
        return callDelta(toolCallId, { facts: { error: textOf(chunk['errorText']) } })
      case 'tool-output-denied':
        return callDelta(toolCallId, { facts: { error: 'denied' } })
      case 'tool-approval-request':
        return callDelta(toolCallId, { facts: { approval: textOf(chunk['approvalId']) } })
      case 'file':
        output.files = [
          ...(output.files ?? []),
          { uri: textOf(chunk['url']), content_type: textOf(chunk['mediaType']) },
        ]
        return { delta: { files: output.files } }
      case 'error':
        return { status: 'failed', error: textOf(chunk['errorText']) || 'The run failed.' }
      case 'abort':
        return { status: 'cancelled' }
      case 'finish':
        return completed()
      case '[DONE]':
        return hasStart ? {} : completed()
      default:
        return typeof type === 'string' && type.startsWith('data-') ? dataUpdate(type.slice(5), chunk) : {}
    }
  }

  function dataUpdate(name: string, { data }: JsonObject): BackendUpdate {
    if (name === 'log') return { logs: linesIn(data) }
    if (name === 'progress') return progressUpdate(data)
    if (name === 'status') {
      const status = isObject(data) ? data['status'] : data
      return isStatus(status) ? { status } : {}
    }
    output.data = { ...output.data, [name]: data }
    return { delta: { data: output.data } }
  }
}

/** A run says itself how it waits and works; how it ends, the wire says. */
function isStatus(value: unknown): value is 'queued' | 'preparing' | 'running' | 'uploading' {
  return value === 'queued' || value === 'preparing' || value === 'running' || value === 'uploading'
}

function linesIn(data: unknown): string[] {
  const lines = Array.isArray(data) ? data : [data]
  return lines.map((line: unknown) =>
    isObject(line) ? textOf(line['text'] ?? line['message'] ?? line['msg']) || JSON.stringify(line) : String(line),
  )
}

/** A number is the fraction. The client reads the fields, and leaves out what makes no sense. */
function progressUpdate(data: unknown): BackendUpdate {
  const fields = typeof data === 'number' ? { current: data, total: 1 } : isObject(data) ? data : {}
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { progress: { source: 'app', ...fields } as unknown as NonNullable<BackendUpdate['progress']> }
}
