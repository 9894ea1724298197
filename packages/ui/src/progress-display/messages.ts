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
  /** Follows the run again, after contact with it was lost. */
  reconnect: string
  /** Makes the next attempt to connect. */
  tryNow: string
  /** Starts another run although the one that was lost may go on. */
  runAgain: string
  /** The name of Cancel, Retry and others beside other runs' buttons; `action` is the visible word. */
  actionOf: (action: string, label: string) => string
  error: (error: InferstreamError) => string
  /** In place of the status while a run that is known by its id alone is asked for. */
  finding: string
  /** In place of a status, and as a sentence. */
  lostStatus: string
  lostContact: string
  /** A second run may cost a second time. */
  mayHaveStarted: string
  /** Unfolds an error of several lines. */
  showLines: (count: number) => string
  copyError: string
  copied: string
  copyRefused: string
  /** Places ahead when the run was first seen in the queue; `places` is formatted. */
  queueBefore: (places: string) => string
  /** Contact was lost more than 30 s ago; `age` is a formatted duration. */
  noContact: (age: string) => string
  /** The connection was lost, and the run's backend cannot resume. */
  gaps: string
  /** How long ago the run ended; `age` is a formatted duration. */
  ago: (age: string) => string
  /** Several skipped steps in a row. */
  skippedSteps: (count: number) => string
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
  reconnect: 'Reconnect',
  tryNow: 'Try now',
  runAgain: 'Run again',
  actionOf: (action, label) => `${action} ${label}`,
  error: (error) => error.message,
  finding: 'Finding the run',
  lostStatus: 'Lost contact',
  lostContact: 'Lost contact. The run may still be going on.',
  mayHaveStarted: 'The run may have started. Another one may be charged again.',
  showLines: (count) => `Show ${count} lines`,
  copyError: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser refused to copy',
  queueBefore: (places) => `was ${places}`,
  noContact: (age) => `No contact for ${age}. The run may go on.`,
  gaps: 'The connection was lost, so lines may be missing.',
  ago: (age) => `${age} ago`,
  skippedSteps: (count) => `${count} steps skipped`,
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
    done: (duration) => duration ?? 'done',
    current: (duration) => (duration === null ? 'now' : `now, ${duration}`),
    skipped: () => 'skipped',
    failed: (duration) => (duration === null ? 'failed here' : `failed here, ${duration}`),
    cancelled: (duration) => (duration === null ? 'cancelled here' : `cancelled here, ${duration}`),
    pending: () => 'to come',
    unreached: () => 'not reached',
  },
}
