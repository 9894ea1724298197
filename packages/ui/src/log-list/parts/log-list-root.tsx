'use client'
import { useCallback, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { isField } from '../../part/dom.ts'
import { later } from '../../part/later.tsx'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit } from '../../provider/kit-context.ts'
import { useMessages } from '../../provider/use-messages.ts'
import { useTerminal } from '../../text/terminal.ts'
import { createDrawnLines } from '../model/drawn-lines.ts'
import { createFacets } from '../model/log-facets.ts'
import { createGeometry } from '../model/log-geometry.ts'
import { droppedLines, type LogLines } from '../model/log-lines.ts'
import { LogListContext, type LogListState, type LogReading, type SelectedLines } from './log-list-context.ts'
import { allRows, createFilteredRows, noFilter, wireLevel, type LevelOf, type LogFilter } from '../model/log-rows.ts'
import { neighbour, noMatches, noSearch } from '../model/log-matches.ts'
import type { Position } from '../model/log-view-position.ts'
import { lineMessages } from '../model/messages.ts'
import { createStyleCarry } from '../model/style-carry.ts'
import { createSyncedLayout } from '../view/synced-layout.ts'

// Levels, sections and links: loaded after the lines are drawn.
const Reader = later(async () => (await import('./log-list-reader.tsx')).LogListReader)

export interface LogListRootProps extends PartProps<'div', LogListState> {
  /** A run's `logs`, or any array of lines. Lines may be added at the end and dropped at the front. */
  lines: LogLines
  /** The unfinished last line, e.g. a progress bar being drawn. */
  pending?: string | null | undefined
  /**
   * Whether to follow the end initially. Scrolling up stops following, reaching the end starts it again.
   * @defaultValue true
   */
  follow?: boolean | undefined
  /** Whether long lines wrap initially. @defaultValue true */
  wrap?: boolean | undefined
  /**
   * Whether lines that wrap do so at spaces initially, with an indent. A log of more than 20,000 kept lines wraps anywhere.
   * @defaultValue false
   */
  softWrap?: boolean | undefined
  /** Whether the arrival time of lines is shown initially, if it is known. @defaultValue false */
  timestamps?: boolean | undefined
  /** Name of the downloaded file. @defaultValue 'run.log' */
  filename?: string | undefined
  /** Accessible name. @defaultValue 'Log' */
  label?: string | undefined
  /**
   * Whether the level of a line is read from its text where the service sends none: `ERROR`, `warning:`, `level=…`, tracebacks.
   * @defaultValue true
   */
  inferLevels?: boolean | undefined
  /**
   * Whether lines such as `::group::Title` begin a section that can be folded (GitHub Actions, Azure Pipelines, GitLab).
   * @defaultValue true
   */
  sections?: boolean | undefined
  /**
   * The part of the page's hash that names lines: 'L120', 'L120-L134', or with a prefix where a page has several logs,
   * 'build:L120'. They are shown and marked. An empty text: the log takes no part in the page's address.
   * @defaultValue the page's own hash
   */
  hash?: string | undefined
  /** Gets the new hash when the reader selects lines. @defaultValue replaces the hash of the page, if `hash` is not given */
  onHashChange?: ((hash: string) => void) | undefined
}

const nothingOpened = { of: -1, lines: new Set<number>() as ReadonlySet<number> }

/** Holds the lines, the reader's position, and the search. Renders a `<div>`. */
export function LogListRoot({
  lines: items,
  pending: unfinished = null,
  follow = true,
  wrap: wrapAtFirst = true,
  softWrap: softWrapAtFirst = false,
  timestamps: timestampsAtFirst = false,
  filename = 'run.log',
  label,
  inferLevels = true,
  sections = true,
  hash,
  onHashChange,
  ...props
}: LogListRootProps): ReactNode {
  const { locale } = useKit()
  const messages = useMessages('log', lineMessages)
  const terminal = useTerminal()
  const linesOf = useMemo(() => createDrawnLines(terminal), [terminal])
  const readLine = useMemo(() => terminal?.createLineReader(), [terminal])
  const layout = useMemo(() => createSyncedLayout(terminal), [terminal])
  const carry = useMemo(() => createStyleCarry(terminal), [terminal])
  const [facetsOf] = useState(createFacets)
  const [geometry] = useState(createGeometry)
  const [position, setPosition] = useState<Position>(() =>
    follow ? { following: true } : { following: false, line: 1, offset: 0, seen: droppedLines(items) + items.length },
  )
  const [wrap, setWrap] = useState(wrapAtFirst)
  const [softWrap, setSoftWrap] = useState(softWrapAtFirst)
  const [timestamps, setTimestamps] = useState(timestampsAtFirst)
  const [filter, setFilter] = useState<LogFilter>(noFilter)
  const [terms, setTerms] = useState(noSearch)
  const [matches, setMatches] = useState(noMatches)
  const [current, setCurrent] = useState<{ of: object; line: number } | null>(null)
  const [reading, setReading] = useState<LogReading | null>(null)
  const [selected, setSelected] = useState<SelectedLines | null>(null)
  const [openedLines, setOpenedLines] = useState<{ of: number; lines: ReadonlySet<number> }>(nothingOpened)
  const [fullScreen, setFullScreen] = useState(false)

  const lines = linesOf.sync(items)
  const pending = unfinished && (readLine?.(unfinished) ?? unfinished)
  const replaced = carry.sync(lines)
  const facets = facetsOf.sync(lines)
  const index = reading?.index
  const levelOf = useMemo<LevelOf>(() => {
    if (!index) return wireLevel
    return (of, at) => {
      // A filter reads every line at once: it waits for what is read in the background.
      if (!index.done) index.read(of, () => false)
      return index.level(of, at)
    }
  }, [index])
  const opened = openedLines.of === replaced ? openedLines.lines : nothingOpened.lines
  const filtered = useMemo(
    () =>
      filter.level === null && filter.source === null
        ? null
        : { of: replaced, rows: createFilteredRows(filter, levelOf) },
    [filter, replaced, levelOf],
  )
  const rows = useMemo(() => filtered?.rows.sync(lines) ?? allRows(lines, levelOf), [filtered, lines, levelOf])
  // Another filter, or another log: earlier matches do not belong to these rows.
  const scope = useMemo(() => ({ filter, replaced, terminal }), [filter, replaced, terminal])
  const isCurrent = current !== null && (current.of === matches.lines || current.of === index)
  const currentLine = isCurrent ? current.line : null

  const goTo = useCallback(
    (line: number, of?: object, isInView = false) => {
      if (of) setCurrent({ of, line })
      const view = geometry.get()
      const here = isInView ? geometry.here() : null
      if (here) {
        setPosition(here)
        return
      }
      const seen = view ? (view.position.following ? view.total : view.position.seen) : 0
      setPosition({ following: false, line, offset: 'third', seen })
    },
    [geometry],
  )
  const step = useCallback(
    (by: 1 | -1) => {
      const from = currentLine ?? geometry.topLine() - (by === 1 ? 1 : 0)
      const line = neighbour(matches.lines, from, by)
      if (line !== null) goTo(line, matches.lines)
    },
    [matches, currentLine, geometry, goTo],
  )
  const open = useCallback(
    (line: number) =>
      setOpenedLines((known) => ({ of: replaced, lines: new Set(known.of === replaced ? known.lines : []).add(line) })),
    [replaced],
  )
  const detach = useCallback(() => {
    const here = geometry.here()
    if (here) setPosition(here)
  }, [geometry])
  const closeSearch = useCallback(() => {
    setTerms((known) => (known.query === '' ? known : { ...known, query: '' }))
    geometry.get()?.element.focus()
  }, [geometry])

  const empty = lines.length === 0 && droppedLines(lines) === 0 && !pending
  const { following } = position
  const state = useMemo(
    () => ({ following, wrap, softWrap, timestamps, empty, fullScreen }),
    [following, wrap, softWrap, timestamps, empty, fullScreen],
  )
  const value = useMemo(
    () => ({
      lines,
      rows,
      pending,
      state,
      terminal,
      layout,
      carry,
      position,
      setPosition,
      geometry,
      setWrap,
      setSoftWrap,
      setTimestamps,
      filter,
      setFilter,
      facets,
      terms,
      setTerms,
      matches,
      setMatches,
      scope,
      reading,
      setReading,
      inferLevels,
      sections,
      current: currentLine,
      goTo,
      selected,
      setSelected,
      hash,
      onHashChange,
      opened,
      open,
      setFullScreen,
      step,
      detach,
      closeSearch,
      filename,
      label: label ?? messages.label,
      locale,
      messages,
    }),
    [
      lines,
      rows,
      pending,
      state,
      terminal,
      layout,
      carry,
      position,
      geometry,
      filter,
      facets,
      terms,
      matches,
      scope,
      reading,
      inferLevels,
      sections,
      currentLine,
      goTo,
      selected,
      hash,
      onHashChange,
      opened,
      open,
      step,
      detach,
      closeSearch,
      filename,
      label,
      locale,
      messages,
    ],
  )
  const root = usePart('div', 'log-list', state, props, {
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const typing = isField(event.target)
      // Caps Lock gives a capital letter without Shift.
      const key = event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase()
      const finding = key === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (finding || (plain && !typing && key === '/')) {
        const search = event.currentTarget.querySelector<HTMLInputElement>('input[type="search"]')
        if (!search) return
        search.focus()
        search.select()
      } else if (key === 'Escape' && terms.query !== '') closeSearch()
      else if (!plain || typing) return
      else if (key === 'f') {
        if (following) detach()
        else setPosition({ following: true })
      } else if (key === 'w') setWrap(!wrap)
      else if (key === 'End') setPosition({ following: true })
      else if (key === 'Home') {
        setPosition({ following: false, line: rows.number(0), offset: 0, seen: geometry.get()?.total ?? 0 })
      } else if (key === 'F') setFullScreen(!fullScreen)
      else return
      event.preventDefault()
    },
  })
  return (
    <LogListContext value={value}>
      {root}
      <Reader />
    </LogListContext>
  )
}
