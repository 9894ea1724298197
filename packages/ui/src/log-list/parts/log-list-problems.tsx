'use client'
import type { ReactNode } from 'react'
import { CircleXIcon, TriangleAlertIcon } from '../view/icons.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit } from '../../provider/kit-context.ts'
import { formatNumber } from '../../text/format.ts'
import { keptFrom } from '../model/log-index.ts'
import { droppedLines } from '../model/log-lines.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'

export type LogListProblemsProps = PartProps<'span', LogListState>

/**
 * The numbers of errors and of warnings: buttons that go to the next one. `e` and Shift+`e` go to the next and the previous error.
 * Renders nothing if there are none, else a `<span>`.
 */
export function LogListProblems(props: LogListProblemsProps): ReactNode {
  const { state, lines, reading, messages, locale } = useLogTools('Problems')
  const { failed: ErrorIcon = CircleXIcon, warning: WarningIcon = TriangleAlertIcon } = useKit().icons
  const dropped = droppedLines(lines)
  const { errors = [], warnings = [] } = reading?.index ?? {}
  const kinds = [
    { kind: 'error', count: errors.length - keptFrom(errors, dropped), Icon: ErrorIcon, text: messages.errors },
    { kind: 'warn', count: warnings.length - keptFrom(warnings, dropped), Icon: WarningIcon, text: messages.warnings },
  ] as const
  const shown = kinds.filter(({ count }) => count > 0)
  const part = usePart('span', 'log-list-problems', state, props, {
    children: shown.map(({ kind, count, Icon, text }) => {
      const number = formatNumber(count, locale)
      const words = text(number, count)
      return (
        <button
          key={kind}
          type="button"
          data-slot="log-list-problem"
          data-level={kind}
          aria-label={messages.nextProblem(words)}
          title={messages.nextProblem(words)}
          onClick={() => reading?.showProblem(kind, 1)}
        >
          <Icon aria-hidden="true" width={14} height={14} />
          <span data-slot="log-list-problem-count">{number}</span>
          <span data-slot="log-list-problem-words">{words}</span>
        </button>
      )
    }),
  })
  return shown.length > 0 ? part : null
}
