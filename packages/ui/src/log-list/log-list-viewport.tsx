'use client'
import { useEffect, useLayoutEffect, useRef, type CSSProperties, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { usePart, type PartProps } from '../part/part.ts'
import { columnsOf, drawnText } from './line-cells.ts'
import { LogListLine } from './log-list-line.tsx'
import { useLogList, type LogListState } from './log-list-context.ts'
import { droppedLines, lineText } from './log-lines.ts'
import { positionAt, scrollOf, topOf, type Metrics } from './log-view-position.ts'
import { probeText, useMetrics } from './use-metrics.ts'

export type LogListViewportProps = PartProps<'div', LogListState>

/** Lines in the document before anything can be measured: on a server, and in a page without layout. */
const unmeasured: Metrics = { rowHeight: 20, height: 800, columns: 80, cell: 8, inset: 0 }

/**
 * The scrolling element. Only the visible lines are in the document, in a layer that sticks to the top edge: whatever
 * the scroll position is at the moment of a paint, the layer is full, so no frame is ever blank. Renders a `<div>`.
 */
export function LogListViewport(props: LogListViewportProps): ReactNode {
  const { lines, pending, state, layout: synced, position, setPosition, label } = useLogList('Viewport')
  const viewport = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLSpanElement>(null)
  const probe = useRef<HTMLSpanElement>(null)
  const measured = useMetrics({ viewport, content, probe })
  const metrics = measured ?? unmeasured
  const layout = synced.sync(lines, state.wrap ? metrics.columns : Infinity)
  const dropped = droppedLines(lines)
  const pendingColumns = pending ? columnsOf(drawnText(pending)) : 0
  const pendingRows = pending ? (state.wrap ? Math.max(1, Math.ceil(pendingColumns / metrics.columns)) : 1) : 0
  const rows = layout.rows + pendingRows
  const scroll = scrollOf(rows, metrics)
  const top = topOf(position, layout, dropped, metrics, rows)
  const scrollTop = top / scroll.scale

  /** What scrollTop was when the rows on screen were rendered: a scroll event with another value is the reader's. */
  const rendered = useRef(0)
  useLayoutEffect(() => {
    const element = viewport.current
    if (!element) return
    if (Math.abs(element.scrollTop - scrollTop) >= 1) element.scrollTop = scrollTop
    rendered.current = element.scrollTop
  })

  const latest = useRef({ layout, dropped, metrics, scroll, top, total: dropped + lines.length, position })
  useLayoutEffect(() => {
    latest.current = { layout, dropped, metrics, scroll, top, total: dropped + lines.length, position }
  })
  useEffect(() => {
    const element = viewport.current
    if (!element) return undefined
    const onScroll = () => {
      const now = latest.current
      const delta = element.scrollTop - rendered.current
      if (Math.abs(delta) < 1) return
      const end = element.scrollHeight - element.clientHeight
      const atEnd = element.scrollTop >= end - 1
      if (now.position.following && atEnd) {
        rendered.current = element.scrollTop
        return
      }
      // In a log too tall for an element a wheel still moves by its pixels; only long jumps go by proportion.
      const fine = now.scroll.scale > 1 && Math.abs(delta) < 3 * now.metrics.height && element.scrollTop > 0
      const wanted = fine ? now.top + delta : element.scrollTop * now.scroll.scale
      const seen = now.position.following ? now.total : now.position.seen
      // Within the event, so that the rows change in the same frame as the scroll bar.
      flushSync(() => {
        if (atEnd) setPosition({ following: true })
        else setPosition(positionAt(Math.max(0, wanted), now.layout, now.dropped, now.metrics, seen))
      })
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [viewport, setPosition])

  const first = layout.lineAt(Math.floor(top / metrics.rowHeight))
  const lineTop = layout.rowOf(first.index) * metrics.rowHeight
  const visibleRows = Math.ceil(metrics.height / metrics.rowHeight) + 1
  // Keys go round: a line keeps its element while it is in view, and elements are used again when it leaves.
  const slots = visibleRows + 2
  const drawn: ReactNode[] = []
  for (
    let index = first.index, row = layout.rowOf(first.index);
    index < lines.length && row * metrics.rowHeight < top + metrics.height;
    index += 1
  ) {
    const number = dropped + index + 1
    drawn.push(<LogListLine key={number % slots} number={number} text={lineText(lines, index)} />)
    row += layout.rowsAt(index)
  }
  const atBottom = position.following && scroll.content > metrics.height
  if (pending && (position.following || layout.rows * metrics.rowHeight < top + metrics.height)) {
    drawn.push(<LogListLine key="pending" number={dropped + lines.length + 1} text={pending} pending />)
  }

  const number = dropped + lines.length + 1
  const digits = Math.max(3, String(number).length)
  const size: CSSProperties & Record<`--${string}`, string | number> = {
    position: 'relative',
    minBlockSize: `${scroll.element}px`,
    '--ifs-log-digits': digits,
    ...(!state.wrap && { inlineSize: 'max-content', minInlineSize: `calc(${layout.widest}ch + var(--_gutter, 6ch))` }),
  }
  const layer: CSSProperties = {
    position: 'sticky',
    top: `${metrics.inset}px`,
    height: measured ? `${Math.min(metrics.height, Math.max(scroll.content, metrics.rowHeight))}px` : undefined,
    overflowY: measured ? 'clip' : undefined,
  }
  const shift: CSSProperties = atBottom
    ? { position: 'absolute', insetInline: 0, bottom: 0 }
    : { position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${lineTop - top}px)` }
  return usePart('div', 'log-list-viewport', state, props, {
    ref: viewport,
    role: 'log',
    'aria-live': 'off',
    'aria-label': label,
    tabIndex: 0,
    dir: 'ltr',
    style: { overflow: 'auto', overflowAnchor: 'none' },
    children: (
      <div data-slot="log-list-sizer" style={size}>
        <div data-slot="log-list-layer" style={layer}>
          <div data-slot="log-list-rows" style={measured ? shift : undefined}>
            {drawn}
          </div>
          <div
            data-slot="log-list-line"
            aria-hidden="true"
            style={{
              position: 'absolute',
              insetInline: 0,
              top: 0,
              height: 0,
              visibility: 'hidden',
              overflow: 'hidden',
            }}
          >
            <span data-slot="log-list-number" />
            <span data-slot="log-list-content" ref={content}>
              <span ref={probe} style={{ display: 'inline-block', whiteSpace: 'nowrap' }}>
                {probeText}
              </span>
            </span>
          </div>
        </div>
      </div>
    ),
  })
}
