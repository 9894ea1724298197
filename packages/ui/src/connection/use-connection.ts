'use client'
import { useState } from 'react'
import type { ConnectionState } from '@inferstream/react'
import { useNow } from '../provider/clock.ts'

export interface ConnectionFacts {
  readonly connection: ConnectionState
  /** epoch ms */
  readonly retryAt: number | null
  /** When something was last heard of the run, epoch ms; null if that is not known. */
  readonly heardAt?: number | null
}

export interface ConnectionTimes {
  /** ms since something was last heard; null while connected, and in the first second. */
  readonly age: number | null
  /** ms until the next attempt; null when none is scheduled. */
  readonly wait: number | null
}

/** Age of the displayed state, and time of the next attempt: ticks once a second, only while the connection is lost. */
export function useConnectionTimes({ connection, retryAt, heardAt = null }: ConnectionFacts): ConnectionTimes {
  const lost = connection === 'reconnecting' || connection === 'offline'
  const now = useNow(lost)
  const [since, setSince] = useState<number | null>(null)
  if (lost && since === null && now !== null) setSince(Math.min(now, heardAt ?? now))
  if (!lost && since !== null) setSince(null)
  const age = now === null || since === null ? 0 : now - since
  const wait = now === null || retryAt === null ? 0 : retryAt - now
  return { age: lost && age >= 1000 ? age : null, wait: lost && wait >= 1000 ? wait : null }
}
