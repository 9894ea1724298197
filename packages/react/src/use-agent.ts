'use client'

import { useEffect, useInsertionEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { AdHocAgent, InferenceClient } from '@inferstream/client'
import { AgentStore } from './agent/agent-store.ts'
import type { UseAgentOptions, UseAgentResult } from './agent/agent-types.ts'
import { useClient } from './provider/inference-provider.tsx'
import { keyOf } from './storage/resume.ts'
import { TrackedView } from './store/tracked-view.ts'

/**
 * A conversation with an agent: one of the service by its reference, or one described here. The component re-renders at
 * most once a frame, and only for properties that it has read from the result; a message that did not change is the
 * identical object, so that a memoised row of a long list renders only when its own message does. Unmounting detaches: a
 * turn under way goes on at the service.
 * @throws InferstreamError `config` while rendering, when `client` is not a client
 */
export function useAgent(refOrConfig: string | AdHocAgent, options: UseAgentOptions = {}): UseAgentResult {
  const client = useClient(options.client)
  const chatId = options.chatId || null
  const [held, setHeld] = useState(() => hold(client, refOrConfig, chatId))
  let current = held
  if (!held.store.isWith(client, refOrConfig) || isLeft(held, chatId)) current = hold(client, refOrConfig, chatId)
  else if (held.chatId !== chatId) current = { ...held, chatId }
  // Before anything is shown, so that no frame has one conversation's id and another's messages.
  if (current !== held) setHeld(current)
  const { store, view } = current
  useInsertionEffect(() => store.configure(options))
  const result = useSyncExternalStore(view.subscribe, view.getSnapshot, view.getServerSnapshot)
  const shown = useRef(store)
  useEffect(() => {
    if (shown.current !== store) shown.current.leave()
    shown.current = store
  }, [store])
  const key = keyOf(options.resume)
  useEffect(() => store.resume(key), [store, key])
  return result
}

interface Held {
  readonly store: AgentStore
  readonly view: TrackedView<ReturnType<AgentStore['getSnapshot']>, AgentStore['actions']>
  /** What the caller last asked for. */
  readonly chatId: string | null
}

function hold(client: InferenceClient, target: string | AdHocAgent, chatId: string | null): Held {
  const store = new AgentStore(client, target, chatId)
  return { store, view: new TrackedView(store, store.actions), chatId }
}

/** The caller wants another conversation than the current one. */
function isLeft({ store, chatId: asked }: Held, chatId: string | null): boolean {
  return chatId !== asked && (chatId === null || chatId !== store.getSnapshot().chatId)
}
