import type { ConnectionState, InferstreamError, TaskState } from '@inferstream/react'

export interface ProgressMessages {
  /** Accessible and visible name where no `label` is given. */
  label: string
  status: Readonly<Record<TaskState['status'], string>>
  /** Place in the queue, 1 is next. */
  queuePosition: (position: number) => string
  connection: Readonly<Record<ConnectionState, string>>
  /** `wait` is a formatted duration. */
  nextTry: (wait: string) => string
  /** What is shown while the connection is lost; `age` is a formatted duration. */
  asOf: (age: string) => string
  estimated: string
  cancel: string
  cancelling: string
  retry: string
  elapsed: string
  error: (error: InferstreamError) => string
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
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
    position <= 1 ? 'next in line' : `${position}${suffixes[ordinals.select(position)]} in line`,
  connection: {
    idle: 'Not connected',
    connecting: 'Connecting',
    live: 'Live',
    polling: 'Checking once a second',
    reconnecting: 'Connection lost. The run goes on.',
    offline: 'You are offline. The run goes on.',
    closed: 'Connection closed',
  },
  nextTry: (wait) => `Next try in ${wait}`,
  asOf: (age) => `as of ${age} ago`,
  estimated: 'estimated',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  retry: 'Retry',
  elapsed: 'Elapsed',
  error: (error) => error.message,
}
