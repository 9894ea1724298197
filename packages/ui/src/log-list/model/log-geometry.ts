import type { LogLayout } from './log-layout.ts'
import type { LogRows } from './log-rows.ts'
import { positionAt, type Metrics, type Position, type Scroll } from './log-view-position.ts'

/** What the viewport last rendered. */
export interface RenderedView {
  readonly element: HTMLElement
  readonly rows: LogRows
  readonly layout: LogLayout
  readonly metrics: Metrics
  readonly scroll: Scroll
  /** px of content above the top edge */
  readonly top: number
  readonly position: Position
  /** Lines there were, counted from the first ever. */
  readonly total: number
}

/** The parts' way to the viewport: what is on screen, and where that is. */
export interface LogGeometry {
  set(view: RenderedView | null): void
  get(): RenderedView | null
  /** Where the reader is now, not following. */
  here(): Position | null
  /** Number of the line at the top edge. */
  topLine(): number
  /** Says who knows what is marked; returns how to take that back. */
  selects(read: () => string | null): () => void
  /** The marked text, all its lines; null for none. */
  selectedText(): string | null
}

export function createGeometry(): LogGeometry {
  let view: RenderedView | null = null
  let selected: (() => string | null) | null = null
  const here = () =>
    view &&
    positionAt(
      view.top,
      view.layout,
      view.rows,
      view.metrics,
      view.position.following ? view.total : view.position.seen,
    )
  return {
    set(next) {
      view = next
    },
    get: () => view,
    here,
    topLine() {
      const position = here()
      return position && !position.following ? position.line : 1
    },
    selects(read) {
      selected = read
      return () => {
        if (selected === read) selected = null
      }
    },
    selectedText: () => selected?.() ?? null,
  }
}
