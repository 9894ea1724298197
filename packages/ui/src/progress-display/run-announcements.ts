// The announcements of a run: a pure function of earlier announcements and current facts.
import { phaseOf } from '@inferstream/react'
import type { ConnectionState, InferstreamError, TaskState } from '@inferstream/react'
import type { Announcement, NamedText } from '../provider/announcer.ts'
import type { ProgressMessages } from './messages.ts'
import type { SpokenMessages } from './spoken-messages.ts'
import { isEnded, type RunPhase } from './run-source.ts'

export interface RunAnnouncement {
  readonly text: string | NamedText
  readonly urgency: Announcement['urgency']
}

/** Minimum ms between two announced phases. */
const phaseEvery = 3_000
/** ms a run must last before its quarters are announced. */
const quartersAfter = 15_000
/** ms before a lost connection is announced: most return at once. */
const reconnectingAfter = 2_000

export interface RunFacts {
  readonly taskId: string | null
  readonly status: TaskState['status']
  readonly connection: ConnectionState
  readonly fraction: number | null
  readonly error: InferstreamError | null
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** epoch ms */
  readonly now: number
}

export interface SpokenMemory {
  readonly taskId: string | null
  readonly phase: RunPhase
  /** Time of the last announced phase; epoch ms. */
  readonly phaseAt: number
  /** The last announced phase, or the phase at the first call. */
  readonly phaseSaid: RunPhase
  /** Number of announced quarters: 0–3. */
  readonly quarter: number
  /** When the connection was lost, epoch ms, and whether that was announced. */
  readonly lostAt: number | null
  readonly lossSaid: boolean
}

export interface Words extends Pick<ProgressMessages, 'status' | 'connection'> {
  readonly spoken: SpokenMessages
  readonly label: string
  /** Whether the label tells this run from others. */
  readonly isNamed: boolean
  readonly percent: (fraction: number) => string
  readonly duration: (ms: number) => string
}

/**
 * Announcements due at `facts.now`, and the next memory. The first call for a run announces nothing: the state at page load can
 * be read.
 */
export function announceRun(
  memory: SpokenMemory | null,
  facts: RunFacts,
  words: Words,
): [readonly RunAnnouncement[], SpokenMemory] {
  const phase = phaseOf(facts.status)
  if (!memory) return [[], firstLook(facts, phase)]
  const said: RunAnnouncement[] = []
  const say = (text: (name: string) => string, urgency: Announcement['urgency'] = 'polite') =>
    said.push({ text: { name: words.label, text }, urgency })
  /** Of a run without a name of its own the text says enough. */
  const sayOf = (text: string) => {
    if (words.isNamed) say((name) => words.spoken.named(name, text))
    else said.push({ text, urgency: 'polite' })
  }
  let next = memory

  const begins = phase !== 'idle' && (memory.phase === 'idle' || replaced(memory, facts) || restarted(memory, phase))
  if (begins) {
    next = { ...firstLook(facts, phase), phaseAt: facts.now }
    if (!isEnded(phase)) say(words.spoken.started)
  }
  if (isEnded(phase) && !isEnded(begins ? 'idle' : memory.phase)) {
    const took = facts.startedAt === null ? null : words.duration((facts.endedAt ?? facts.now) - facts.startedAt)
    if (phase === 'failed') say((name) => words.spoken.failed(name, facts.error), 'assertive')
    else if (phase === 'done') say((name) => words.spoken.done(name, took))
    else say((name) => words.spoken.cancelled(name, took))
    return [said, { ...next, taskId: facts.taskId, phase, phaseSaid: phase, lostAt: null, lossSaid: false }]
  }
  if (phase === 'idle' || isEnded(phase)) return [said, { ...next, taskId: facts.taskId, phase }]

  if (phase !== next.phaseSaid && facts.now - next.phaseAt >= phaseEvery) {
    sayOf(words.status[facts.status])
    next = { ...next, phaseSaid: phase, phaseAt: facts.now }
  }
  const quarter = Math.floor((facts.fraction ?? 0) * 4)
  if (
    quarter > next.quarter &&
    quarter < 4 &&
    facts.startedAt !== null &&
    facts.now - facts.startedAt > quartersAfter
  ) {
    sayOf(words.spoken.progress(words.percent(quarter / 4)))
    next = { ...next, quarter }
  }
  const lost = facts.connection === 'reconnecting' || facts.connection === 'offline'
  if (lost) {
    const lostAt = next.lostAt ?? facts.now
    const due = !next.lossSaid && facts.now - lostAt >= reconnectingAfter
    if (due) sayOf(words.connection[facts.connection])
    next = { ...next, lostAt, lossSaid: next.lossSaid || due }
  } else if (next.lostAt !== null) {
    if (next.lossSaid) sayOf(words.spoken.resumed)
    next = { ...next, lostAt: null, lossSaid: false }
  }
  return [said, { ...next, taskId: facts.taskId, phase }]
}

function firstLook({ taskId, fraction }: RunFacts, phase: RunPhase): SpokenMemory {
  return {
    taskId,
    phase,
    phaseSaid: phase,
    phaseAt: -Infinity,
    quarter: Math.min(3, Math.floor((fraction ?? 0) * 4)),
    lostAt: null,
    lossSaid: false,
  }
}

/** Whether it is another task: within a run, an id changes only from null to a value. */
const replaced = (memory: SpokenMemory, { taskId }: RunFacts) => memory.taskId !== null && taskId !== memory.taskId

const restarted = (memory: SpokenMemory, phase: RunPhase) => isEnded(memory.phase) && !isEnded(phase)
