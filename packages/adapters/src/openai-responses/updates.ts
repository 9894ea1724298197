// Events and snapshots of the Responses API → updates. Never throws but for an `error` event, whatever the input.
import { InferstreamError } from '@inferstream/client'
import type { BackendUpdate } from '@inferstream/client'
import { isObject } from '../json.ts'
import type { JsonObject } from '../json.ts'

const statuses: Readonly<Record<string, NonNullable<BackendUpdate['status']>>> = {
  queued: 'queued',
  in_progress: 'running',
  completed: 'completed',
  incomplete: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/**
 * What one event says; an empty update for an event that is not known.
 * @throws InferstreamError for an `error` event: `read` tells how the response ended
 */
export function updateOf(event: JsonObject): BackendUpdate {
  const { type, delta, item, output_index: index, response } = event
  if (isObject(response)) return snapshotOf(response)
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { delta: { response: delta } }
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { delta: { reasoning: delta } }
    case 'response.output_item.added':
      return isObject(item) && isCall(item) ? { delta: { tool_calls: [callOf(item, index)] } } : {}
    case 'response.function_call_arguments.delta':
      return { delta: { tool_calls: [{ index, function: { arguments: delta } }] } }
    case 'response.image_generation_call.partial_image':
      return { delta: { images: [imageOf(event['partial_image_b64'], event['output_format'])] } }
    case 'error':
      throw errorOf(event)
    default:
      return {}
  }
}

/** Everything that a response says of its run. Before its end only the status: its text comes with the events. */
export function snapshotOf(response: unknown): BackendUpdate {
  if (!isObject(response)) return {}
  const name = String(response['status'])
  const status = Object.hasOwn(statuses, name) ? statuses[name] : undefined
  if (status === 'completed') return { status, output: outputOf(response) }
  if (status === 'failed') {
    const { error } = response
    const message = isObject(error) ? error['message'] : undefined
    return { status, error: typeof message === 'string' && message !== '' ? message : 'The response failed.' }
  }
  return status ? { status } : {}
}

function outputOf(response: JsonObject): object {
  const output = Array.isArray(response['output']) ? response['output'].filter(isObject) : []
  const ofType = (type: string) => output.filter((item) => item['type'] === type)
  const text = partsOf(ofType('message'), 'content').map((part) => textOf(part['text'] ?? part['refusal']))
  const reasoning = ofType('reasoning').flatMap((item) =>
    [...partsOf([item], 'summary'), ...partsOf([item], 'content')].map((part) => textOf(part['text'])),
  )
  const calls = output.flatMap((item, index) => (isCall(item) ? [callOf(item, index)] : []))
  const images = ofType('image_generation_call')
    .filter((item) => typeof item['result'] === 'string')
    .map((item) => imageOf(item['result'], item['output_format']))
  const details = response['incomplete_details']
  return {
    response: text.join(''),
    ...(reasoning.length > 0 && { reasoning: reasoning.join('') }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(images.length > 0 && { images }),
    ...(response['status'] === 'incomplete' && {
      incomplete: isObject(details) ? textOf(details['reason']) : 'unknown',
    }),
    ...(isObject(response['usage']) && { usage: response['usage'] }),
  }
}

const partsOf = (items: readonly JsonObject[], key: string) =>
  items.flatMap((item) => (Array.isArray(item[key]) ? item[key].filter(isObject) : []))

const isCall = ({ type }: JsonObject) => type === 'function_call' || type === 'custom_tool_call' || type === 'mcp_call'

function callOf(item: JsonObject, index: unknown): object {
  const { id, call_id: callId, name, arguments: args, input } = item
  return { index, id: callId ?? id, type: 'function', function: { name, arguments: textOf(args ?? input) } }
}

const imageOf = (base64: unknown, format: unknown) => `data:image/${textOf(format) || 'png'};base64,${textOf(base64)}`

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

function errorOf({ code, message, error }: JsonObject): InferstreamError {
  const inner = isObject(error) ? error : {}
  const text = textOf(message) || textOf(inner['message']) || 'An error of the service.'
  return new InferstreamError(code === 'rate_limit_exceeded' ? 'rate_limited' : 'server', text, { retryable: true })
}
