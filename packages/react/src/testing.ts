// What tests of components need; applications import nothing of it.
import * as React from 'react'
import { inference } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import type { ScriptedRun, ScriptedTransport } from '@inferstream/client/testing'
import { pageGate } from './store/frame-gate.ts'
import { notifyInside } from './store/notify.ts'

export type { ScriptedRun } from '@inferstream/client/testing'

/** A `ScriptedTransport` with a client for it, whose steps are rendered when they return. */
export interface ScriptedService extends ScriptedTransport {
  /** For `<InferenceProvider client>`, or for one hook as `client`. */
  readonly client: InferenceClient
}

const steps = ['update', 'complete', 'fail', 'disconnect', 'reconnect', 'offline'] as const

/**
 * A service that a test steps by hand: `service.last.update({ status: 'running' })` has been rendered when it returns,
 * without waiting for a frame. Each step is wrapped in React's `act`, and so is everything else that hooks have rendered
 * for, so that nothing warns.
 */
export function scriptedService(): ScriptedService {
  notifyInside(inAct)
  const transport = scriptedTransport()
  const client = inference({ transport })
  const wrapped = new WeakMap<ScriptedRun, ScriptedRun>()

  function wrap(run: ScriptedRun): ScriptedRun {
    const known = wrapped.get(run)
    if (known) return known
    const stepped: ScriptedRun = Object.create(run)
    for (const step of steps)
      Object.defineProperty(stepped, step, { value: (value: never) => rendered(() => run[step](value)) })
    wrapped.set(run, stepped)
    return stepped
  }

  // Its methods are the transport's own.
  const service: ScriptedService = Object.create(transport)
  return Object.defineProperties(service, {
    client: { value: client },
    runs: { get: () => transport.runs.map(wrap) },
    last: { get: () => wrap(transport.last) },
  })
}

interface Environment {
  IS_REACT_ACT_ENVIRONMENT?: boolean | undefined
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a global that React's documentation names
const environment = globalThis as Environment

/** Rendered when it returns, also where nothing says that this is a test. */
function rendered(step: () => void) {
  const before = environment.IS_REACT_ACT_ENVIRONMENT
  environment.IS_REACT_ACT_ENVIRONMENT = true
  try {
    React.act(() => {
      step()
      pageGate.flush()
    })
  } finally {
    environment.IS_REACT_ACT_ENVIRONMENT = before
  }
}

/** Where nothing says that this is a test, or a `findBy` waits, React renders by itself, and `act` would warn. */
function inAct(flush: () => void) {
  if (!environment.IS_REACT_ACT_ENVIRONMENT || isActing()) flush()
  else React.act(flush)
}

interface Internals {
  __CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE?: { actQueue?: unknown }
  __SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED?: { ReactCurrentActQueue?: { current?: unknown } }
}

/** An `act` within what another one renders ends that one too early: effects, for instance, run there. No API tells. */
function isActing(): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- React 19, then 18
  const internals = React as Internals
  // oxlint-disable eslint/no-underscore-dangle
  const queue =
    internals.__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE?.actQueue ??
    internals.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED?.ReactCurrentActQueue?.current
  return Boolean(queue)
}
