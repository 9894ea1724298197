'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { formatNumber } from '../../text/format.ts'
import { placeOf } from '../model/log-matches.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'

export type LogListMatchCountProps = PartProps<'span', LogListState>

/** The number of matching lines and the index of the current one; empty without a search. Renders a `<span role="status">`. */
export function LogListMatchCount(props: LogListMatchCountProps): ReactNode {
  const { state, matches, current, messages, locale } = useLogTools('MatchCount')
  const place = current === null ? -1 : placeOf(matches.lines, current)
  const count = formatNumber(matches.count, locale)
  const text = matches.invalid
    ? messages.invalid
    : !matches.active
      ? null
      : matches.count === 0 && matches.done
        ? messages.noMatches
        : messages.matches(place < 0 ? null : formatNumber(place + 1, locale), count, matches.done)
  return usePart('span', 'log-list-match-count', state, props, {
    role: 'status',
    title: matches.note === 'slow' ? messages.slow : matches.note === 'text' ? messages.asText : undefined,
    'data-note': matches.note ?? undefined,
    children: text,
  })
}
