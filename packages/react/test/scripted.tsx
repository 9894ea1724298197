import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, vi } from 'vitest'
import { inference } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { InferenceProvider } from '../src/index.ts'

/** A client whose runs are stepped by hand, and a wrapper that provides it. */
export function scripted() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <InferenceProvider client={client}>{children}</InferenceProvider>
  )
  return { transport, client, wrapper }
}

/** Frames and timers pass only when a test says so; promises go on by themselves. */
export function handCrankFrames() {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'performance', 'Date'],
    })
  })
  afterEach(() => {
    vi.runOnlyPendingTimers()
    vi.useRealTimers()
  })
}

/** Lets this much time pass: 16 ms are one frame. */
export async function pass(ms = 16) {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

export const config = { app: 'ns/app', input: { prompt: 'a fox' } }
