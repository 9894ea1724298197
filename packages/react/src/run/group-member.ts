import { InferstreamError } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import type { KeptRun } from '../storage/kept-batch.ts'
import { pageGate } from '../store/frame-gate.ts'
import type { FrameGate } from '../store/frame-gate.ts'
import { TrackedView } from '../store/tracked-view.ts'
import type { ViewSource } from '../store/tracked-view.ts'
import { createRunStore } from './run-store.ts'
import type { RunStore, Schedule } from './run-store.ts'
import { lostError } from './run.ts'
import type { BatchFacts, RunActions, RunOutcome, RunSnapshot } from '../types.ts'

type MemberSnapshot<TInput, TOutput> = RunSnapshot<TOutput> & BatchFacts<TInput, TOutput>

/** One run of a group. */
export interface Member<TInput, TOutput> {
  /** Names the run in all tabs. */
  readonly name: string
  readonly store: RunStore<TInput, TOutput>
  readonly view: TrackedView<MemberSnapshot<TInput, TOutput>, RunActions<TInput, TOutput>>
  unsubscribe: () => void
}

/** With many runs, something is always first or last: here all of it waits for the frame. */
const patientGate: FrameGate = { ...pageGate, schedule: (flush) => pageGate.schedule(flush) }

export function newMember<TInput, TOutput>(
  schedule: (member: Member<TInput, TOutput>, send: () => void) => () => void,
  name = Math.random().toString(36).slice(2),
): Member<TInput, TOutput> {
  const scheduleOwn: Schedule = (send) => schedule(member, send)
  const store = createRunStore<TInput, TOutput>({ gate: patientGate, schedule: scheduleOwn })
  const view = new TrackedView(withConfig(store), store.actions)
  const member: Member<TInput, TOutput> = { name, store, view, unsubscribe: () => {} }
  return member
}

/** The store's snapshots, each with the config that the run was started with. */
function withConfig<TInput, TOutput>(store: RunStore<TInput, TOutput>): ViewSource<MemberSnapshot<TInput, TOutput>> {
  let last: { state: RunSnapshot<TOutput>; snapshot: MemberSnapshot<TInput, TOutput> } | undefined
  const getSnapshot = () => {
    const state = store.getSnapshot()
    if (last?.state !== state) {
      // One that was reset still says what it ran.
      const config = store.getConfig() ?? (state.status === 'idle' ? (last?.snapshot.config ?? null) : null)
      last = { state, snapshot: { ...state, config } }
    }
    return last.snapshot
  }
  return { subscribe: store.subscribe, getSnapshot, getServerSnapshot: getSnapshot }
}

/** What a reload needs to find the run again. */
export function keptOf<TInput, TOutput>({ name, store }: Member<TInput, TOutput>): KeptRun<TInput, TOutput> {
  const state = store.getSnapshot()
  const { taskId, status, isTerminal } = state
  const ended = taskId === null && (isTerminal || status === 'idle') ? state : undefined
  return { name, config: store.getConfig(), taskId, isWaiting: status === 'waiting', ended }
}

/** Shows a run that was kept. One that waits is scheduled again; one of which no answer came is an error. */
export function restore<TInput, TOutput>(
  { store }: Member<TInput, TOutput>,
  client: InferenceClient,
  { config, taskId, isWaiting, ended }: KeptRun<TInput, TOutput>,
) {
  const origin = { config, taskId, isOwn: true }
  if (taskId !== null) void store.follow(client, origin)
  else if (isWaiting && config) void store.start(config)
  else if (isWaiting) store.showEnded(client, origin, { status: 'error', error: filesError() })
  else store.showEnded(client, origin, ended ? outcomeOf(ended) : { status: 'error', error: lostError() })
}

function outcomeOf<TOutput>({ status, error }: NonNullable<KeptRun<unknown, TOutput>['ended']>): RunOutcome<TOutput> {
  return status === 'error' && error ? { status, error } : { status: 'cancelled' }
}

function filesError() {
  return new InferstreamError('config', 'The files of this run did not survive the reload: start it again.')
}
