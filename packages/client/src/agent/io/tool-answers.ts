// What people and pages answer to tool calls. Whoever is first counts; what comes after it is no error.
import type { AgentToolCall } from '../agent-types.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { ChatEvent } from '../state/chat-reducer.ts'
import type { ChatApi } from './chat-api.ts'
import type { ChatMachine } from '../state/chat-model.ts'
import { callNamed, isWaiting } from '../state/tool-call.ts'
import { typedError } from './typed-error.ts'

/** The conversation whose calls are answered. */
export interface AnsweredChat {
  readonly machine: ChatMachine
  /** Aborted when it is left. */
  readonly signal: AbortSignal
  dispatch(event: ChatEvent): void
  look(signal: AbortSignal): Promise<void>
}

export interface CallAnswers {
  submit(callId: string, result: unknown): Promise<void>
  approve(callId: string): Promise<void>
  reject(callId: string, reason: string | undefined): Promise<void>
  alwaysAllow(callId: string): Promise<void>
  /** Another conversation is at hand. */
  clear(): void
}

export function callAnswers(chat: AnsweredChat, api: ChatApi): CallAnswers {
  /** Results on their way or arrived, by call. */
  const results = new Map<string, Promise<void>>()
  /** Decisions on their way, by call. */
  const decisions = new Map<string, Promise<void>>()

  const find = (callId: string): AgentToolCall | undefined => callNamed(chat.machine.rows, callId)

  /** What fails is in `state.error`, and the call waits again. */
  async function answer(callId: string, act: () => Promise<unknown>): Promise<void> {
    const { signal } = chat
    chat.dispatch({ type: 'answering', callId })
    try {
      await act()
    } catch (error) {
      if (!signal.aborted && !(await wasAnswered(callId, error, signal))) {
        chat.dispatch({ type: 'unanswered', callId })
        chat.dispatch({ type: 'problem', error: typedError(error) })
        throw error
      }
      if (signal.aborted) throw error
    }
  }

  /** Somebody else was first, or this one was, and its answer was lost. */
  async function wasAnswered(callId: string, error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof InferstreamError) || error.status !== 409) return false
    const known = find(callId)
    if (known && isWaiting(known)) await chat.look(signal).catch(() => {})
    const call = find(callId)
    return call !== undefined && !isWaiting(call)
  }

  function once(
    kept: Map<string, Promise<void>>,
    callId: string,
    act: () => Promise<unknown>,
    isKept: boolean,
  ): Promise<void> {
    const known = kept.get(callId)
    if (known) return known
    const answering = answer(callId, act)
    kept.set(callId, answering)
    const forget = () => void kept.delete(callId)
    answering.then(isKept ? () => {} : forget, forget)
    return answering
  }

  const decide = (callId: string, act: () => Promise<unknown>) => once(decisions, callId, act, false)
  return {
    submit: (callId, result) =>
      once(results, callId, async () => api.submit(callId, textOf(result), chat.signal), true),
    approve: (callId) => decide(callId, async () => api.approve(callId)),
    reject: (callId, reason) => decide(callId, async () => api.reject(callId, reason)),
    alwaysAllow: (callId) =>
      decide(callId, async () => api.alwaysAllow(chat.machine.state.chatId ?? '', callId, find(callId)?.name ?? '')),
    clear() {
      results.clear()
      decisions.clear()
    },
  }
}

/** Results are strings on the wire; everything else is told as JSON. */
function textOf(result: unknown): string {
  if (typeof result === 'string') return result
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (cause) {
    throw new InferstreamError('config', 'This tool result cannot be written as JSON.', { cause })
  }
}
