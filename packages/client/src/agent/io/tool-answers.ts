// What people and pages answer to tool calls. The first answer wins; later ones are ignored.
import type { AgentToolCall, InterruptDecision } from '../agent-types.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { ChatApi } from '../chat-io.ts'
import type { ChatSession } from '../chat-session.ts'
import { readInterrupts } from '../state/interrupts.ts'
import { callNamed, isWaiting } from '../state/tool-call.ts'
import { typedError } from './typed-error.ts'

export interface CallAnswers {
  submit(callId: string, result: unknown): Promise<void>
  /** @param args In place of the call's own. */
  approve(callId: string, args: Record<string, unknown> | undefined): Promise<void>
  reject(callId: string, reason: string | undefined): Promise<void>
  alwaysAllow(callId: string): Promise<void>
  resolve(interruptId: string, decision: InterruptDecision): Promise<void>
  /** The conversation was left for another. */
  clear(): void
}

export function callAnswers(chat: ChatSession, api: ChatApi): CallAnswers {
  /** Results on their way or arrived, by call. */
  const results = new Map<string, Promise<void>>()
  /** Decisions on their way, by call. */
  const decisions = new Map<string, Promise<void>>()

  const find = (callId: string): AgentToolCall | undefined => callNamed(chat.model.rows, callId)

  /** Whether a call, or an interrupt, still waits; null where it is not known at all. */
  function isOpen(id: string): boolean | null {
    const call = find(id)
    if (call) return isWaiting(call)
    const { chat: row } = chat.model
    return Array.isArray(row['pending_interrupts']) ? readInterrupts(row).some((one) => one.id === id) : null
  }

  /** A failure is shown in `state.error`, and the call waits again. */
  async function answer(callId: string, act: () => Promise<unknown>): Promise<void> {
    const { signal } = chat
    chat.dispatch({ type: 'answerStarted', callId })
    try {
      await act()
    } catch (error) {
      if (!signal.aborted && !(await wasAnswered(callId, error, signal))) {
        chat.dispatch({ type: 'answerFailed', callId })
        chat.dispatch({ type: 'problemRaised', error: typedError(error) })
        throw error
      }
      if (signal.aborted) throw error
    }
  }

  /** Answered elsewhere first, or from here by a POST whose answer was lost. */
  async function wasAnswered(callId: string, error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof InferstreamError) || error.status !== 409) return false
    if (isOpen(callId) !== false) await chat.refetch(signal).catch(() => {})
    return isOpen(callId) === false
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
    approve(callId, args) {
      const problem = args === undefined ? null : editProblem(find(callId), args)
      if (problem) return Promise.reject(problem)
      return decide(callId, async () => api.approve(callId, args))
    },
    reject: (callId, reason) => decide(callId, async () => api.reject(callId, reason)),
    alwaysAllow: (callId) =>
      decide(callId, async () => api.alwaysAllow(chat.model.state.chatId ?? '', callId, find(callId)?.name ?? '')),
    resolve(interruptId, decision) {
      if (decision?.decision !== 'allow' && decision?.decision !== 'deny') {
        const message = "resolveInterrupt takes { decision: 'allow' } or { decision: 'deny' }."
        return Promise.reject(new InferstreamError('config', message))
      }
      const { callId } = readInterrupts(chat.model.chat).find(({ id }) => id === interruptId) ?? {}
      return decide(callId ?? interruptId, async () => api.resolve(interruptId, decision))
    },
    clear() {
      results.clear()
      decisions.clear()
    },
  }
}

function editProblem(call: AgentToolCall | undefined, args: unknown): InferstreamError | null {
  if (!isObject(args)) return new InferstreamError('config', 'approveTool takes args that are an object.')
  if (call?.editable === true) return null
  return new InferstreamError('config', 'The arguments of this call cannot be changed: the service does not offer it.')
}

/** Results are strings on the wire; everything else is sent as JSON. */
function textOf(result: unknown): string {
  if (typeof result === 'string') return result
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (cause) {
    throw new InferstreamError('config', 'This tool result cannot be written as JSON.', { cause })
  }
}
