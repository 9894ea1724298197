'use client'
import type { ReactNode } from 'react'
import { LinkIcon } from '../view/icons.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit } from '../../provider/kit-context.ts'
import { formatNumber } from '../../text/format.ts'
import { droppedLines } from '../model/log-lines.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'

export type LogListSelectedProps = PartProps<'span', LogListState>

/**
 * The lines that are selected, with a button that copies their address; or that a linked line is no longer kept. Renders nothing
 * without a selection, else a `<span>`.
 */
export function LogListSelected(props: LogListSelectedProps): ReactNode {
  const { state, lines, selected, reading, hash, messages, locale } = useLogTools('Selected')
  const CopyLinkIcon = useKit().icons.link ?? LinkIcon
  const dropped = droppedLines(lines)
  const format = (line: number) => formatNumber(line, locale)
  const isGone = selected !== null && selected.from <= dropped
  const part = usePart('span', 'log-list-selected', state, props, {
    children: selected && (
      <>
        <span>
          {isGone
            ? messages.notKept(format(selected.from), format(dropped + 1))
            : messages.selected(format(selected.from), selected.to > selected.from ? format(selected.to) : null)}
        </span>
        {hash !== '' && !isGone && (
          <button
            type="button"
            data-slot="log-list-copy-link"
            onClick={(event) => reading?.copyLink(event.currentTarget)}
          >
            <CopyLinkIcon aria-hidden="true" width={14} height={14} />
            {messages.copyLink}
          </button>
        )}
      </>
    ),
  })
  return selected ? part : null
}
