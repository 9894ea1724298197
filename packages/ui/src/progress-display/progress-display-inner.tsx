'use client'
import type { CSSProperties, ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayInnerProps = PartProps<'div', ProgressDisplayState>

/**
 * A second, thin bar for the one within the bar that is shown, such as the steps of an epoch; its place is always reserved.
 * Sets `--ifs-progress`. The track says its value. Renders a `<div>`.
 */
export function ProgressDisplayInner(props: ProgressDisplayInnerProps): ReactNode {
  const { state } = useProgressDisplay('Inner')
  const { inner } = useShownProgress('Inner')
  const style: CSSProperties & { '--ifs-progress': number } = { '--ifs-progress': inner?.fraction ?? 0 }
  return usePart('div', 'progress-display-inner', state, props, { 'aria-hidden': true, style, hidden: !inner })
}
