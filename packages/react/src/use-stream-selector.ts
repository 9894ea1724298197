'use client'

import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { TaskState } from '@inferstream/client'
import { sourceOf } from './store/tracked-view.ts'
import type { ViewSource } from './store/tracked-view.ts'
import type { RunSnapshot } from './types.ts'

/**
 * A value derived from a run; the component re-renders only when `isEqual` says that it changed. Subscribes to the run
 * itself, so that the component that called `useStream` need not render. A plain `TaskState` is read as it is given.
 * @param isEqual Whether the previous value is kept. @defaultValue Object.is
 */
export function useStreamSelector<TOutput, T>(
  stream: RunSnapshot<TOutput>,
  select: (state: RunSnapshot<TOutput>) => T,
  isEqual?: (a: T, b: T) => boolean,
): T
/** A plain state has nothing but its own fields. */
export function useStreamSelector<TOutput, T>(
  stream: TaskState<TOutput>,
  select: (state: TaskState<TOutput>) => T,
  isEqual?: (a: T, b: T) => boolean,
): T
export function useStreamSelector<TState extends object, T>(
  stream: TState,
  select: (state: TState) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
): T {
  const source = useMemo(() => sourceOf(stream) ?? constant(stream), [stream])
  const shown = useRef<{ value: T } | undefined>(undefined)
  const [getSelection, getServerSelection] = useMemo(() => {
    const memoised = (getState: () => TState) => {
      let last: { state: TState; value: T } | undefined
      return () => {
        const state = getState()
        if (last?.state === state) return last.value
        const previous = last ?? shown.current
        const next = select(state)
        last = { state, value: previous && isEqual(previous.value, next) ? previous.value : next }
        return last.value
      }
    }
    return [memoised(source.getSnapshot), memoised(source.getServerSnapshot)]
  }, [source, select, isEqual, shown])
  const value = useSyncExternalStore(source.subscribe, getSelection, getServerSelection)
  useEffect(() => {
    shown.current = { value }
  })
  return value
}

function constant<TSnapshot>(snapshot: TSnapshot): ViewSource<TSnapshot> {
  const getSnapshot = () => snapshot
  return { subscribe: () => () => {}, getSnapshot, getServerSnapshot: getSnapshot }
}
