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
  /** Number of lines so far, including dropped ones. */
  readonly total: number
  /** Numbers of the lines in the document, in its order. */
  readonly numbers: readonly number[]
}

/** Access to the viewport for the parts: what is on screen, and its position. */
export interface LogGeometry {
  set(view: RenderedView | null): void
  get(): RenderedView | null
  /** The reader's current position, as one that does not follow. */
  here(): Position | null
  /** Number of the line at the top edge. */
  topLine(): number
  /** Registers the selection; returns the unregister function. */
  selects(read: () => string | null): () => void
  /** The selected text of all lines; null for none. */
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
