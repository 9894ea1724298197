// An idle chat is polled for what others say in it, without a stream (design §2 "Six connections").
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { Platform, Timer } from '../../core/platform.ts'
import type { ChatApi } from '../chat-io.ts'
import type { ChatSession } from '../chat-session.ts'

/** ms between status requests while the page is visible, and at most where they fail */
const pollInterval = 5_000
const longestInterval = 60_000

/** The first request is one interval away. The returned function ends the polling. */
export function pollIdleChat(chatId: string, chat: ChatSession, api: ChatApi, platform: Platform): () => void {
  const closing = new AbortController()
  const { signal } = closing
  let seen = chat.model.chat['updated_at']
  let interval = pollInterval
  let timer: Timer | undefined
  let isPolling = false

  async function pollStatus(): Promise<void> {
    const now = await api.status(chatId, signal)
    if (!isObject(now)) return
    const isBusy = now['status'] === 'busy' || now['status'] === 'awaiting_input'
    const { isLoaded, isDisconnected } = chat.model
    if (!isBusy && now['updated_at'] === seen && isLoaded && !isDisconnected) return
    await chat.refetch(signal)
    seen = now['updated_at']
  }

  async function pollNow(): Promise<void> {
    if (isPolling) return
    isPolling = true
    platform.clearTimeout(timer)
    try {
      if (platform.isOnline() && platform.isVisible()) await pollStatus()
      interval = pollInterval
    } catch (error) {
      if (signal.aborted) return
      const isLost = error instanceof InferstreamError && !error.retryable
      if (isLost) {
        if (error.code === 'not_found') chat.fail(error)
        return
      }
      interval = Math.min(longestInterval, interval * 2)
    } finally {
      isPolling = false
    }
    wait()
  }

  function wait(): void {
    if (signal.aborted) return
    timer = platform.setTimeout(() => void pollNow(), interval)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only in Node, where the timer must not keep the process alive
    ;(timer as { unref?: () => void }).unref?.()
  }

  const stopWaking = platform.onWake((event) => {
    if (event !== 'offline') void pollNow()
  })
  wait()
  return () => {
    closing.abort()
    stopWaking()
    platform.clearTimeout(timer)
  }
}
