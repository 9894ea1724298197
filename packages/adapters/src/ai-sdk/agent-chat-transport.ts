// Our agent as the transport of `useChat`: https://ai-sdk.dev/docs/ai-sdk-ui/transport
import { InferstreamError } from '@inferstream/client'
import type { Agent, FileRef } from '@inferstream/client'
import { isObject } from '../json.ts'
import { turnChunks } from './turn-chunks.ts'
import type { UIChunk } from './turn-chunks.ts'

/** What is read of a message of `useChat`. */
export interface ChatMessage {
  readonly role: string
  readonly parts: readonly object[]
}

interface SendOptions {
  trigger: 'submit-message' | 'regenerate-message'
  messages: readonly ChatMessage[]
  abortSignal: AbortSignal | undefined
}

/** Fits `ChatTransport` of the AI SDK, version 6. */
export interface AgentChatTransport {
  /** `reconnectToStream` begins at the beginning of the turn. */
  readonly resumeStreamIsReplay: true

  sendMessages(options: SendOptions): Promise<ReadableStream<UIChunk>>
  reconnectToStream(options: { abortSignal?: AbortSignal | undefined }): Promise<ReadableStream<UIChunk> | null>
}

/**
 * `useChat({ transport: agentChatTransport(client.agent('ns/agent')) })`, and with it AI Elements and whatever else is built on `useChat`.
 * One agent is one conversation: the chat's id of `useChat` is not used.
 *
 * Text, reasoning, files and tool calls (as dynamic tools) come as the agent's state has them. Where a call waits for approval, or for the
 * result of a client tool that the agent has no code for, the stream ends; `addToolApprovalResponse` or `addToolOutput` and the next
 * request go on with the same turn. `stop()` stops the turn at the service. `regenerate()` is refused: an agent keeps its history.
 */
export function agentChatTransport(agent: Agent): AgentChatTransport {
  const chunks = turnChunks(agent)

  async function answer(answers: readonly Answer[]): Promise<void> {
    for (const { callId, approved, reason, output } of answers) {
      if (approved === undefined) await agent.submitToolResult(callId, output)
      else if (approved) await agent.approveTool(callId)
      else await agent.rejectTool(callId, reason)
    }
  }

  return {
    resumeStreamIsReplay: true,
    async sendMessages({ trigger, messages, abortSignal }) {
      if (trigger === 'regenerate-message')
        throw new InferstreamError('config', 'An agent cannot give an answer again: send the message once more.')
      const last = messages.at(-1)
      if (last?.role === 'assistant') {
        const answers = answersIn(last).filter(({ callId }) => chunks.isWaiting(callId))
        const callIds = answers.map(({ callId }) => callId)
        return chunks.goOn(callIds, () => answer(answers), abortSignal)
      }
      return chunks.begin(textOf(last), filesOf(last), abortSignal)
    },
    async reconnectToStream({ abortSignal }) {
      return chunks.rejoin(abortSignal)
    },
  }
}

interface Answer {
  readonly callId: string
  /** Undefined for the result of a client tool. */
  readonly approved?: boolean
  readonly reason?: string | undefined
  readonly output?: unknown
}

/** What the page has answered to calls of this message. */
function answersIn({ parts }: ChatMessage): Answer[] {
  return parts.filter(isObject).flatMap((part): Answer[] => {
    const { toolCallId: callId, state, approval } = part
    if (typeof callId !== 'string') return []
    if (state === 'approval-responded' && isObject(approval)) {
      const reason = typeof approval['reason'] === 'string' ? approval['reason'] : undefined
      return [{ callId, approved: approval['approved'] === true, reason }]
    }
    if (state === 'output-available') return [{ callId, output: part['output'] }]
    if (state === 'output-error') return [{ callId, output: { error: part['errorText'] } }]
    return []
  })
}

const partsOf = (message: ChatMessage | undefined, type: string) =>
  (message?.parts ?? []).filter(isObject).filter((part) => part['type'] === type)

function textOf(message: ChatMessage | undefined): string {
  return partsOf(message, 'text')
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n')
}

function filesOf(message: ChatMessage | undefined): FileRef[] {
  return partsOf(message, 'file').map(({ url, mediaType, filename }) => {
    const file: FileRef = { uri: String(url) }
    if (typeof mediaType === 'string') file.content_type = mediaType
    if (typeof filename === 'string') file.filename = filename
    return file
  })
}
