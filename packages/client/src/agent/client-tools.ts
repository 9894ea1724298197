// Client tools: each call is answered once, by a registered tool or by a handler (design §2 "Agent").
import type { AgentToolCall, ClientTools } from '../types.ts'

export type ToolCallHandler = (call: AgentToolCall) => unknown

export interface ToolRunnerSetup {
  readonly tools: ClientTools
  /** A registered tool begins: nobody else need answer. */
  readonly onStart: (callId: string) => void
  readonly submit: (callId: string, result: unknown) => void
}

export interface ToolRunner {
  /** Calls what answers this call, unless it has been called before. */
  offer(call: AgentToolCall, handler: ToolCallHandler | undefined): void
  /** Aborts the tools that are running; what they return is not submitted. */
  abort(): void
}

export function createToolRunner({ tools, onStart, submit }: ToolRunnerSetup): ToolRunner {
  const offered = new Set<string>()
  let running = new AbortController()

  async function answer(callId: string, act: (signal: AbortSignal) => unknown, isWhole: boolean): Promise<void> {
    const { signal } = running
    let result: unknown
    try {
      result = await act(signal)
    } catch (error) {
      if (!signal.aborted) submit(callId, { error: error instanceof Error ? error.message : String(error) })
      return
    }
    // A handler that returns nothing may submit by itself, at any time; a registered tool has answered.
    if (!signal.aborted && (isWhole || result !== undefined)) submit(callId, result ?? null)
  }

  return {
    offer(call, handler) {
      const { id: callId, name, args } = call
      if (offered.has(callId)) return
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      if (!tool && !handler) return
      offered.add(callId)
      if (tool) {
        onStart(callId)
        void answer(callId, (signal) => tool.execute(args, { callId, signal }), true)
      } else {
        void answer(callId, () => handler?.(call), false)
      }
    },
    abort() {
      running.abort()
      running = new AbortController()
    },
  }
}
