// Client tools: each call is answered once, by a registered tool or by a handler (design §2 "Agent"), in one tab of those that
// show the chat: the one that sent the message, or another once that one is gone.
import type { AgentToolCall, ClientTools } from '../agent-types.ts'
import type { Platform } from '../../core/platform.ts'
import { delay } from '../../core/retry.ts'
import { errorText, resultText } from './tool-result.ts'

export type ToolCallHandler = (call: AgentToolCall) => unknown

export interface ToolRunnerSetup {
  /** What the agents of one client share. */
  readonly scope: object
  readonly tools: ClientTools
  readonly platform: Platform
  /** A registered tool begins to answer. */
  readonly onStart: (callId: string) => void
  readonly submit: (callId: string, result: string) => void
  /** Asks the service whether the call still waits for a result. */
  readonly isWanted: (callId: string, signal: AbortSignal) => Promise<boolean>
}

export interface OfferedCall {
  readonly call: AgentToolCall
  /** Why the call must not run: an error result is submitted in its place. */
  readonly problem: string | undefined
  readonly handler: ToolCallHandler | undefined
  /** The message was sent from here. */
  readonly isOwn: boolean
}

export interface ToolRunner {
  /** Calls what answers this call, unless it has been called before. */
  offer(offered: OfferedCall): void
  /** Lets other tabs know of calls that need no result any more. */
  release(isOver: (callId: string) => boolean): void
  /** Aborts the tools that are running; what they return is not submitted. */
  abort(): void
}

/** How long a tab that did not send the message leaves a call to the one that did. ms */
const otherTabDelay = 1_000

/** Calls that this page answers without a lock, by client: two components may show one chat. */
const claimedBy = new WeakMap<object, Set<string>>()

export function createToolRunner({ tools, platform, onStart, submit, isWanted, scope }: ToolRunnerSetup): ToolRunner {
  const { locks } = platform
  /** Those of `claimedInPage` that this runner answers. */
  const unlocked = new Set<string>()
  const claimedInPage = claimedBy.get(scope) ?? new Set()
  claimedBy.set(scope, claimedInPage)
  const offered = new Set<string>()
  /** Ends the claim to a call, by call. */
  const claims = new Map<string, () => void>()
  let running = new AbortController()

  async function answer(callId: string, act: (signal: AbortSignal) => unknown, isWhole: boolean): Promise<void> {
    const { signal } = running
    let text: string
    try {
      const result = await act(signal)
      // A handler that returns nothing may submit by itself, at any time; a registered tool has answered.
      if (result === undefined && !isWhole) return
      text = resultText(result)
    } catch (error) {
      text = errorText(error)
    }
    if (!signal.aborted) submit(callId, text)
  }

  /** For pages without Web Locks: acts unless another runner of this page answers the call. */
  function claimInPage(callId: string, act: () => void): void {
    if (claimedInPage.has(callId)) return
    claimedInPage.add(callId)
    unlocked.add(callId)
    act()
  }

  /** Acts once no other tab answers the call, and none has. */
  async function claim(manager: LockManager, callId: string, isOwn: boolean, act: () => void): Promise<void> {
    const { signal } = running
    const name = `inferstream:call:${callId}`
    let hasActed = false
    let holder: object | null = null
    /** @param isFirst No other tab can have answered before. */
    const hold = async (isFirst: boolean) => {
      const own = {}
      holder = own
      if (!isFirst && !(await isWanted(callId, signal))) return
      if (signal.aborted || holder !== own) return
      const released = new Promise<void>((resolve) => claims.set(callId, resolve))
      hasActed = true
      act()
      await released
    }
    for (let isRepeated = false; ; isRepeated = true) {
      try {
        // oxlint-disable no-await-in-loop -- repeated only when the lock was stolen
        if (!isRepeated) {
          if (!isOwn) await delay(platform, otherTabDelay, signal)
          const isFree = await manager.request(name, { ifAvailable: true }, async (lock) => {
            if (lock) await hold(isOwn)
            return lock !== null
          })
          if (isFree) return
        }
        await manager.request(name, { signal }, async () => hold(false))
        return
        // oxlint-enable no-await-in-loop
      } catch {
        // Left meanwhile: it may be offered again.
        if (signal.aborted) offered.delete(callId)
        if (signal.aborted || hasActed) return
        if (holder === null) {
          // Pages with an opaque origin, such as sandboxed frames, may not use locks.
          claimInPage(callId, act)
          return
        }
        holder = null
      }
    }
  }

  return {
    offer({ call, problem, handler, isOwn }) {
      const { id: callId, name, args } = call
      if (offered.has(callId)) return
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      if (!tool && !handler) return
      offered.add(callId)
      const act = () => {
        if (problem !== undefined) submit(callId, errorText(`"${name}" was not run: ${problem}`))
        else if (tool) {
          onStart(callId)
          void answer(callId, (signal) => tool.execute(args, { callId, signal }), true)
        } else {
          void answer(callId, () => handler?.(call), false)
        }
      }
      if (locks) void claim(locks, callId, isOwn, act)
      else claimInPage(callId, act)
    },
    release(isOver) {
      for (const [callId, end] of claims) {
        if (!isOver(callId)) continue
        claims.delete(callId)
        end()
      }
    },
    abort() {
      running.abort()
      running = new AbortController()
      for (const end of claims.values()) end()
      claims.clear()
      for (const callId of unlocked) claimedInPage.delete(callId)
      unlocked.clear()
    },
  }
}
