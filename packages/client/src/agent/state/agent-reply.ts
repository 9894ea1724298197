import type { AgentReply } from '../agent-types.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { ChatModel } from './chat-model.ts'
import { turnRows } from './turn.ts'
import type { Turn, TurnEnd } from './turn.ts'

/** What `sendMessage` resolves to. */
export function replyOf(model: ChatModel, turn: Turn, { status, run }: TurnEnd): AgentReply {
  const rows = turnRows(model.rows, turn)
  const messages = rows.map(({ message }) => message)
  const texts = messages.map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
  return {
    text: texts.filter((text) => text !== '').join('\n\n'),
    messages,
    toolCalls: rows.flatMap(({ calls }) => calls),
    output: run?.output ?? model.chat['output'] ?? null,
    chatId: model.state.chatId ?? '',
    status,
  }
}

/** Why a turn failed; null for all others. */
export function failureOf(model: ChatModel, turn: Turn, { status, run }: TurnEnd): InferstreamError | null {
  if (status !== 'failed') return null
  const failed = turnRows(model.rows, turn).findLast(({ message }) => message.error !== undefined)
  const message = run?.error ?? failed?.message.error ?? 'The answer failed; the service gave no reason.'
  return new InferstreamError('task_failed', message)
}
