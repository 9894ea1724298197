'use client'
import type { ReactNode } from 'react'
import { ArrowDownIcon } from '../../part/icons.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit } from '../../provider/kit-context.ts'
import { formatNumber } from '../../text/format.ts'
import { useLogList, type LogListState } from './log-list-context.ts'
import { droppedLines } from '../model/log-lines.ts'

export type LogListJumpToLatestProps = PartProps<'button', LogListState>

/** Jumps to the end; shows how many lines arrived since the reader left it. Renders nothing while following, else a `<button>`. */
export function LogListJumpToLatest(props: LogListJumpToLatestProps): ReactNode {
  const { state, lines, position, setPosition, geometry, messages, locale } = useLogList('JumpToLatest')
  const JumpIcon = useKit().icons.jump ?? ArrowDownIcon
  const seen = position.following ? 0 : position.seen
  const fresh = droppedLines(lines) + lines.length - seen
  const button = usePart('button', 'log-list-jump-to-latest', state, props, {
    'aria-label': fresh > 0 ? `${messages.jumpToLatest}, ${messages.newLines(formatNumber(fresh, locale))}` : undefined,
    onClick: () => {
      setPosition({ following: true })
      // The button is about to disappear; the focus moves to the lines, where End and `f` work.
      geometry.get()?.element.focus({ preventScroll: true })
    },
    children: (
      <>
        <JumpIcon aria-hidden="true" width={14} height={14} />
        <span>{fresh > 0 ? messages.newLines(formatNumber(fresh, locale)) : messages.jumpToLatest}</span>
      </>
    ),
  })
  return position.following || state.empty ? null : button
}
