import type { InferstreamError } from '@inferstream/react'

/**
 * Announcements of a run, and the title of a hidden tab. `label` is the run's name, or the names of several of which the same is
 * said; `duration` is formatted or null.
 */
export interface SpokenMessages {
  /** Prefix of the title of a hidden tab after the end of the run. */
  title: Readonly<Record<'done' | 'failed' | 'cancelled', string>>
  started: (label: string) => string
  /** Any other text about a run with a name of its own. */
  named: (label: string, text: string) => string
  /** A quarter, a half, three quarters; formatted. */
  progress: (percent: string) => string
  /** The connection is back. */
  resumed: string
  done: (label: string, duration: string | null) => string
  cancelled: (label: string, duration: string | null) => string
  failed: (label: string, error: InferstreamError | null) => string
}

export const spokenMessages: SpokenMessages = {
  title: { done: '✓ done', failed: '✗ failed', cancelled: 'cancelled' },
  started: (label) => `${label}: started`,
  named: (label, text) => `${label}: ${text}`,
  progress: (percent) => percent,
  resumed: 'Connection is back',
  done: (label, duration) => (duration === null ? `${label}: done` : `${label}: done in ${duration}`),
  cancelled: (label, duration) => (duration === null ? `${label}: cancelled` : `${label}: cancelled after ${duration}`),
  failed: (label, error) => (error ? `${label}: failed. ${error.message}` : `${label}: failed`),
}
