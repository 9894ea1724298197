import { Buffer } from 'node:buffer'
import type OpenAI from 'openai'
import { isObject } from '../server/json-body.ts'
import type { Delta } from './reduce-chat.ts'
import type { Model, ModelMessage, ModelRequest, ReceivedFile } from './model.ts'

/** Address of a model: any server that implements OpenAI's chat completions. */
export interface ModelServer {
  baseUrl: string | undefined
  apiKey: string | undefined
  model: string
}

type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam
type ContentPart = OpenAI.Chat.Completions.ChatCompletionContentPart
type FunctionTool = OpenAI.Chat.Completions.ChatCompletionFunctionTool

/**
 * A real model behind the assistant. The package `openai` is optional and loaded by the first answer; without it, as
 * with a refusal of the server or an answer that is cut off, the turn fails and says why.
 */
export function createOpenAiModel({ baseUrl, apiKey, model }: ModelServer): Model {
  const connect = async (): Promise<OpenAI> => {
    const { default: Client } = await import('openai').catch((cause: unknown) => {
      throw new Error(
        'OPENAI_BASE_URL or OPENAI_API_KEY is set, which needs the package "openai": npm install openai.',
        {
          cause,
        },
      )
    })
    // Local servers accept any key, but the client requires one.
    return new Client({ apiKey: apiKey ?? 'none', baseURL: baseUrl ?? null })
  }
  let client: Promise<OpenAI> | undefined

  return {
    async *answer(request, signal): AsyncGenerator<Delta> {
      const tools = toolNames(request)
      const { chat } = await (client ??= connect())
      let isWhole = false
      try {
        const stream = await chat.completions.create(
          {
            model,
            stream: true,
            messages: [...system(request), ...(await Promise.all(request.messages.map(toMessage))).flat()],
            ...(tools.size > 0 ? { tools: request.tools.map(toFunction) } : {}),
          },
          { signal },
        )
        for await (const { choices } of stream) {
          const [choice] = choices
          if (!choice) continue
          if (choice.finish_reason) isWhole = true
          const delta = toDelta(choice.delta, tools)
          if (delta) yield delta
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`The model could not answer: ${hideKey(reason, apiKey)}`, { cause: error })
      }
      if (!isWhole) throw new Error('The connection to the model was cut before the answer was whole.')
    },
  }
}

function hideKey(text: string, apiKey: string | undefined): string {
  return apiKey === undefined ? text : text.replaceAll(apiKey, '…')
}

/** The model's name for a tool and the engine's: the model allows no points in names. */
function toolNames({ tools }: ModelRequest): Map<string, string> {
  return new Map(tools.map(({ name }) => [wireName(name), name]))
}

function wireName(name: string): string {
  return name.replace(/[^\w-]/g, '_')
}

function toFunction({ name, description, parameters }: ModelRequest['tools'][number]): FunctionTool {
  return { type: 'function', function: { name: wireName(name), description, parameters } }
}

function system({ systemPrompt, memory }: ModelRequest): ChatMessage[] {
  const facts = Object.entries(memory).map(([key, value]) => `- ${key}: ${value}`)
  const known = facts.length > 0 ? `What you remember of this chat:\n${facts.join('\n')}` : ''
  const content = [systemPrompt, known].filter((part) => part !== '').join('\n\n')
  return content === '' ? [] : [{ role: 'system', content }]
}

async function toMessage(message: ModelMessage): Promise<ChatMessage[]> {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: await userContent(message) }]
    case 'assistant':
      return message.text === '' && message.calls.length === 0
        ? []
        : [
            {
              role: 'assistant',
              content: message.text,
              ...(message.calls.length > 0
                ? {
                    tool_calls: message.calls.map((call) => ({
                      id: call.callId,
                      type: 'function' as const,
                      function: { name: wireName(call.name), arguments: JSON.stringify(call.arguments) },
                    })),
                  }
                : {}),
            },
          ]
    case 'tool':
      return [{ role: 'tool', tool_call_id: message.callId, content: message.text }]
    default:
      return message satisfies never
  }
}

async function userContent({ text, files }: Extract<ModelMessage, { role: 'user' }>): Promise<string | ContentPart[]> {
  if (files.length === 0) return text
  return [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...(await Promise.all(files.map(filePart)))]
}

/** Images are sent inline, since a remote model cannot read this engine's addresses; of other files, their text. */
async function filePart({ kind, uri, name, contentType, text, read }: ReceivedFile): Promise<ContentPart> {
  if (kind === 'image') {
    const bytes = await read?.()
    const data = bytes && `data:${contentType ?? 'image/png'};base64,${Buffer.from(bytes).toString('base64')}`
    return { type: 'image_url', image_url: { url: data ?? uri } }
  }
  const content = text === undefined ? uri : `\n${text}`
  return {
    type: 'text',
    text: `Attached file ${name}${contentType === undefined ? '' : ` (${contentType})`}: ${content}`,
  }
}

/** A piece of the answer; null if it is empty. Servers use one of two field names for thinking. */
function toDelta(delta: unknown, tools: ReadonlyMap<string, string>): Delta | null {
  if (!isObject(delta)) return null
  const response = textOf(delta['content']) ?? textOf(delta['refusal'])
  const reasoning = textOf(delta['reasoning_content']) ?? textOf(delta['reasoning'])
  const calls = Array.isArray(delta['tool_calls']) ? delta['tool_calls'].filter(isObject) : []
  if (response === undefined && reasoning === undefined && calls.length === 0) return null
  return {
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(response === undefined ? {} : { response }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => named(call, tools)) }),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function named(call: Record<string, unknown>, tools: ReadonlyMap<string, string>): Record<string, unknown> {
  const facts = call['function']
  if (!isObject(facts) || typeof facts['name'] !== 'string') return call
  return { ...call, function: { ...facts, name: tools.get(facts['name']) ?? facts['name'] } }
}
