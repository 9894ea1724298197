'use client'
import {
  createRef,
  Fragment,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type Key,
  type ReactNode,
} from 'react'
import { flushSync } from 'react-dom'
import { useHydrated } from '../../provider/use-hydrated.ts'
import { plainPen } from '../../text/terminal.ts'
import { later } from '../../part/later.tsx'
import { usePart, type PartProps } from '../../part/part.ts'
import { lineColumns } from '../model/line-cells.ts'
import { droppedLines } from '../model/log-lines.ts'
import { useLogList, type LogListState } from './log-list-context.ts'
import type { LineProbe, LogLine } from '../model/log-line.ts'
import type { LogLevel } from '../model/log-rows.ts'
import { PlainLine } from '../view/plain-line.tsx'
import { mostSoftLines } from '../model/soft-wrap.ts'
import { linesInView, positionAt, scrollOf, topOf, type Metrics } from '../model/log-view-position.ts'
import { allShown } from '../view/synced-layout.ts'
import { useMetrics } from '../view/use-metrics.ts'

// Loaded on demand: a line must be drawn before it can be selected.
const Selection = later(async () => (await import('./log-list-selection.tsx')).LogListSelection)

export interface LogListViewportProps extends Omit<PartProps<'div', LogListState>, 'children'> {
  /** Renders each visible line. @defaultValue a Line of Number, Time, Level and Content */
  children?: ((line: LogLine) => ReactNode) | undefined
}

/** Lines in the document before the first measurement: on a server, and in a page without layout. */
const unmeasured: Metrics = { rowHeight: 20, height: 800, columns: 80, cell: 8 }

/** The hidden line, as wide as the others: it measures the cells per row and the height of a cell. */
const createProbe = (): LineProbe => ({ content: createRef(), text: createRef() })
const unseen: CSSProperties = {
  position: 'absolute',
  insetInline: 0,
  top: 0,
  height: 0,
  visibility: 'hidden',
  overflow: 'hidden',
}

/**
 * The scrolling element. Only visible lines are in the document, in a layer that sticks to the top edge: it is filled at any
 * scroll position, so no frame is blank. Renders a `<div>`.
 */
export function LogListViewport({ children: drawLine, ...props }: LogListViewportProps): ReactNode {
  const context = useLogList('Viewport')
  const {
    lines,
    rows,
    pending,
    state,
    terminal,
    layout: synced,
    carry,
    position,
    setPosition,
    geometry,
    label,
  } = context
  const { matches, current, facets, locale, messages, reading, selected, opened, open, filter } = context
  // A column is shown for all lines or for none: all rows have the same width.
  const hasLevels = facets.levels.some((level) => level !== 'info')
  const wordOf = (level: LogLevel | undefined) => (level && level !== 'info' ? messages.levelWords[level] : '')
  // A server knows neither the reader's time zone nor its daylight saving.
  const isHydrated = useHydrated()
  const viewport = useRef<HTMLDivElement>(null)
  /** scrollTop when the current rows were rendered: a scroll event with another value comes from the reader. */
  const rendered = useRef(0)
  const [probe] = useState(createProbe)
  const measured = useMetrics(viewport, probe)
  const metrics = measured ?? unmeasured
  const { rowHeight, height } = metrics
  // What a filter shows is not in order of sections.
  const isFiltered = filter.level !== null || filter.source !== null
  const folds = isFiltered || !reading ? allShown.folds : reading.folds
  const softWrap = state.softWrap && rows.length <= mostSoftLines
  const layout = synced.sync(rows, state.wrap ? metrics.columns : Infinity, { folds, opened, softWrap })
  const total = droppedLines(lines) + lines.length
  const pendingRows = pending ? (state.wrap ? Math.ceil(lineColumns(pending, terminal) / metrics.columns) : 1) : 0
  const scroll = scrollOf(layout.rows + pendingRows, metrics)
  const top = topOf(position, layout, rows, metrics, scroll.content)
  const scrollTop = top / scroll.scale
  const inView = linesInView(top, layout, metrics)
  const end = layout.rows * rowHeight
  const hasPending = pending !== null && pending !== '' && end < top + height
  /** Numbers of the lines in the document. */
  const numbers = [...inView.map((index) => rows.number(index)), ...(hasPending ? [total + 1] : [])]

  useLayoutEffect(() => {
    const element = viewport.current
    if (!element) return
    if (Math.abs(element.scrollTop - scrollTop) >= 1) element.scrollTop = scrollTop
    rendered.current = element.scrollTop
    geometry.set({ element, rows, layout, metrics, scroll, top, position, total, numbers })
  })

  useEffect(() => {
    const element = viewport.current
    if (!element) return undefined
    const onScroll = () => {
      const view = geometry.get()
      const delta = element.scrollTop - rendered.current
      if (!view || Math.abs(delta) < 1) return
      const atEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 1
      if (view.position.following && atEnd) {
        rendered.current = element.scrollTop
        return
      }
      const { scale } = view.scroll
      // In a log that is too tall for an element a wheel still moves by pixels of content; only long jumps are proportional.
      const fine = scale > 1 && Math.abs(delta) < 3 * view.metrics.height && element.scrollTop > 0
      const wanted = fine ? view.top + delta : element.scrollTop * scale
      const seen = view.position.following ? view.total : view.position.seen
      // Within the event, so that the rows change in the same frame as the scroll bar.
      flushSync(() => {
        // At the end of the element the browser shortens a wheel's step: in a scaled log the end may then never be reached by it.
        const isLast = !fine || delta > 0 || wanted >= view.scroll.content - view.metrics.height
        if (atEnd && isLast) setPosition({ following: true })
        else setPosition(positionAt(Math.max(0, wanted), view.layout, view.rows, view.metrics, seen))
      })
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      element.removeEventListener('scroll', onScroll)
      geometry.set(null)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `rendered` is a ref
  }, [geometry, setPosition])

  // Keys are cyclic: a line keeps its element while it is visible, and the element is reused afterwards.
  const slots = Math.ceil(height / rowHeight) + 3
  const firstRow = inView.length > 0 ? layout.rowOf(inView[0]!) : layout.rows
  const drawn: ReactNode[] = []
  const draw = (key: Key, line: LogLine) =>
    drawLine ? <Fragment key={key}>{drawLine(line)}</Fragment> : <PlainLine key={key} {...line} />
  const common = {
    terminal,
    pattern: matches.pattern,
    wrap: state.wrap,
    columns: metrics.columns,
    softWrap,
    locale,
    moreText: messages.more,
    onOpen: open,
  }
  const keys = new Set<Key>()
  for (const index of inView) {
    const number = rows.number(index)
    const entry = rows.entry(index)
    const level = rows.level(index)
    // Beyond a fold the remainder may be in use.
    const key = keys.has(index % slots) ? `line ${index}` : index % slots
    keys.add(key)
    drawn.push(
      draw(key, {
        ...common,
        number,
        text: rows.text(index),
        pen: carry.before(number),
        level,
        levelWord: hasLevels ? wordOf(level) : undefined,
        receivedAt: state.timestamps ? (isHydrated ? (entry?.receivedAt ?? null) : null) : undefined,
        rows: layout.rowsAt(index),
        current: number === current,
        ranges: matches.ranges.get(number),
        selected: selected !== null && number >= selected.from && number <= selected.to,
        opened: opened.has(number),
        header: isFiltered ? undefined : (reading?.headerOf(number, total) ?? undefined),
      }),
    )
  }
  if (hasPending) {
    drawn.push(
      draw('pending', {
        ...common,
        number: total + 1,
        text: pending,
        pen: carry.before(total + 1),
        levelWord: hasLevels ? '' : undefined,
        receivedAt: state.timestamps ? null : undefined,
        pending: true,
      }),
    )
  }

  const stuck = isFiltered || numbers.length === 0 ? null : reading?.headerOf(numbers[0]!, total, true)
  const overflows = scroll.content > height
  const sizer: CSSProperties & Record<`--${string}`, number> = {
    position: 'relative',
    minBlockSize: `${scroll.element}px`,
    '--ifs-log-digits': Math.max(3, String(total).length),
    '--ifs-log-level': Math.max(...Object.values(messages.levelWords).map((word) => lineColumns(word, terminal))),
    ...(!state.wrap && {
      inlineSize: 'max-content',
      minInlineSize: `calc(100% + ${Math.max(0, layout.widest - metrics.columns)}ch)`,
    }),
  }
  const layer: CSSProperties = measured
    ? {
        position: 'sticky',
        top: 0,
        height: `${overflows ? height : scroll.content}px`,
        overflowY: 'clip',
      }
    : {}
  // The end is anchored at the bottom edge instead of the top: it stays complete even if a line wraps unexpectedly.
  const shift: CSSProperties =
    position.following && overflows
      ? { bottom: 0 }
      : { top: 0, transform: `translateY(${firstRow * rowHeight - top}px)` }
  const root = usePart('div', 'log-list-viewport', state, props, {
    ref: viewport,
    role: 'log',
    'aria-live': 'off',
    'aria-label': label,
    tabIndex: 0,
    dir: 'ltr',
    // Without the stylesheet the element would be as tall as the log.
    style: { overflow: 'auto', overflowAnchor: 'none', maxBlockSize: '100vh' },
    children: (
      <div data-slot="log-list-sizer" style={sizer}>
        <div data-slot="log-list-layer" style={layer}>
          <div
            data-slot="log-list-rows"
            style={measured ? { position: 'absolute', insetInline: 0, ...shift } : undefined}
          >
            {drawn}
          </div>
          {stuck && <div data-slot="log-list-stuck">{stuck}</div>}
        </div>
        <div aria-hidden="true" style={unseen}>
          {draw('probe', {
            ...common,
            number: total,
            text: '',
            pen: plainPen,
            levelWord: hasLevels ? '' : undefined,
            receivedAt: state.timestamps ? null : undefined,
            wrap: true,
            probe,
          })}
        </div>
      </div>
    ),
  })
  return (
    <>
      {root}
      <Selection numbers={numbers} />
    </>
  )
}
