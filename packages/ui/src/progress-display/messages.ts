import type { ConnectionState, InferstreamError, TaskState } from '@inferstream/react'
import type { StepName, StepState } from './timeline-steps.ts'

export interface ProgressMessages {
  /** Accessible and visible name without a `label`. */
  label: string
  status: Readonly<Record<TaskState['status'], string>>
  /** Place in the queue, 1 is next. */
  queuePosition: (position: number) => string
  connection: Readonly<Record<ConnectionState, string>>
  /** `wait` is a formatted duration; `attempt` counts from 1 for the first since the connection was lost. */
  nextTry: (wait: string, attempt: number) => string
  /** Age of the displayed state while the connection is lost; `age` is a formatted duration. */
  asOf: (age: string) => string
  estimated: string
  cancel: string
  cancelling: string
  /** The service refused the cancellation; the run goes on. */
  cancelRefused: (error: InferstreamError) => string
  retry: string
  error: (error: InferstreamError) => string
  /** Estimated remaining time; `rest` is a formatted duration, `short` if it is a few seconds. */
  eta: (rest: string, short: boolean) => string
  slower: string
  timeline: string
  stepName: Readonly<Record<StepName, string>>
  /** State of a step of the timeline in words; `duration` is formatted, or null if unknown. */
  step: Readonly<Record<StepState, (duration: string | null) => string>>
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const numbers = new Intl.NumberFormat('en')
const suffixes: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  one: 'st',
  two: 'nd',
  few: 'rd',
  other: 'th',
  zero: 'th',
  many: 'th',
}

export const progressMessages: ProgressMessages = {
  label: 'Run',
  status: {
    idle: 'Not started',
    waiting: 'Waiting for its turn',
    starting: 'Sending',
    received: 'Received',
    queued: 'Queued',
    scheduled: 'Worker found',
    preparing: 'Preparing',
    serving: 'Loading the app',
    setting_up: 'Setting up',
    running: 'Running',
    cancelling: 'Cancelling, keeping what is there',
    uploading: 'Saving the result',
    completed: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    unknown: 'Working',
    error: 'Failed',
  },
  queuePosition: (position) =>
    position <= 1 ? 'next in line' : `${numbers.format(position)}${suffixes[ordinals.select(position)]} in line`,
  connection: {
    idle: 'Not connected',
    connecting: 'Connecting',
    live: 'Live',
    polling: 'Checking once a second',
    reconnecting: 'Connection lost. The run goes on.',
    offline: 'You are offline. The run goes on.',
    closed: 'Connection closed',
  },
  nextTry: (wait, attempt) => (attempt > 1 ? `Try ${numbers.format(attempt)} in ${wait}` : `Next try in ${wait}`),
  asOf: (age) => `as of ${age} ago`,
  estimated: 'estimated',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  cancelRefused: (error) => `Could not cancel, the run goes on. ${error.message}`,
  retry: 'Retry',
  error: (error) => error.message,
  eta: (rest, short) => (short ? 'a few seconds left' : `about ${rest} left`),
  slower: 'slower than usual',
  timeline: 'Steps',
  stepName: {
    queued: 'Queued',
    scheduled: 'Worker found',
    preparing: 'Preparing',
    serving: 'Loading the app',
    setting_up: 'Setting up',
    running: 'Running',
    uploading: 'Saving the result',
  },
  step: {
    done: (duration) => (duration === null ? 'done' : `done, ${duration}`),
    current: (duration) => (duration === null ? 'now' : `now, ${duration}`),
    skipped: () => 'skipped',
    failed: (duration) => (duration === null ? 'failed here' : `failed here, ${duration}`),
    cancelled: (duration) => (duration === null ? 'cancelled here' : `cancelled here, ${duration}`),
    pending: () => 'to come',
    unreached: () => 'not reached',
  },
}
