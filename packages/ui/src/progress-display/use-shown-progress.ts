'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useProgressDisplay } from './progress-display-context.ts'
import { shallowEqual } from './shallow-equal.ts'
import type { ShownProgress } from './shown-progress.ts'

/** The one number that text, fill and ARIA show. Renders its caller with every tick. */
export function useShownProgress(part: string): ShownProgress {
  const { stream, track } = useProgressDisplay(part)
  return useStreamSelector(stream, (state: TaskState) => track.read(state, null, null), shallowEqual)
}
