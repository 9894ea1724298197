'use client'
import type { KeyboardEvent, ReactNode } from 'react'
import { ChevronDownIcon } from '../view/icons.ts'
import { formatNumber } from '../../text/format.ts'
import { isFolded, type LogSection } from '../model/log-sections.ts'
import { useLogTools } from './use-log-tools.ts'

interface SectionHeaderProps {
  section: LogSection
  /** Lines in it. */
  lines: number
  onFold: (section: LogSection, folded: boolean) => void
}

/** The header of a section: its title, what is in it, and whether it is folded. Renders a `<button>`. */
export function SectionHeader({ section, lines, onFold }: SectionHeaderProps): ReactNode {
  const { messages, locale } = useLogTools('Viewport')
  const { title, errors, depth } = section
  const folded = isFolded(section)
  const count = messages.lines(formatNumber(lines, locale), lines, null)
  const wrong = errors > 0 ? messages.errors(formatNumber(errors, locale), errors) : null
  const name = title || messages.section
  return (
    <button
      type="button"
      data-slot="log-list-section"
      data-folded={folded ? '' : undefined}
      aria-expanded={!folded}
      style={{ marginInlineStart: `${depth * 2}ch` }}
      onClick={() => onFold(section, !folded)}
      onKeyDown={(event: KeyboardEvent) => {
        const wanted = { ArrowLeft: true, ArrowRight: false }[event.key]
        if (wanted === undefined) return
        event.preventDefault()
        event.stopPropagation()
        if (wanted !== folded) onFold(section, wanted)
      }}
    >
      <ChevronDownIcon aria-hidden="true" width={14} height={14} />
      <span data-slot="log-list-section-title">{name}</span> <span data-slot="log-list-section-count">{count}</span>{' '}
      {wrong && <span data-slot="log-list-section-errors">{wrong}</span>}
    </button>
  )
}
