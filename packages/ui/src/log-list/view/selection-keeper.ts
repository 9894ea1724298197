import { rootOf, documentOf } from '../../part/dom.ts'
import { selectionText, type LogSelection, type Place } from '../model/log-selection.ts'
import type { LogRows } from '../model/log-rows.ts'
import { isDrawn, placeAt, pointOf, type DocumentPoint, type DrawnRows } from '../model/row-places.ts'

interface DrawnLog extends DrawnRows {
  readonly rows: LogRows
  /** The scrolling element. */
  readonly element: HTMLElement
  readonly pending: string | null
  /** Identity of the rows: another object after they were replaced, not when they grow. */
  readonly scope: object
}

/** Synchronises the document's selection, which refers to elements, with the selected lines, which outlive them. */
export interface SelectionKeeper {
  /** Draws the selection in the rows of this commit. */
  readonly show: (log: DrawnLog) => void
  /** Reads the document's selection; returns whether any of the log is selected. */
  readonly read: () => boolean
  /** Whether the document's selection is this one. */
  readonly isShown: () => boolean
  /** Selects every line, on screen or not. */
  readonly selectAll: () => void
  /** The selected text; null for an empty selection. */
  readonly text: () => string | null
  /** Pointer down and up: in between the reader may drag beyond the edge. */
  readonly press: () => void
  readonly release: () => void
}

const sameNode = (a: DocumentPoint | null, b: DocumentPoint | null) => a?.[0] === b?.[0] && a?.[1] === b?.[1]
const isEmpty = ({ anchor, focus }: LogSelection) => anchor.line === focus.line && anchor.offset === focus.offset

/**
 * The known position, if the document's selection is still where it was drawn. Chromium may tell the position in the text for
 * the one in the element around it.
 */
function kept(
  place: Place | undefined,
  point: DocumentPoint,
  drawn: DocumentPoint | undefined,
  log: DrawnRows,
): Place | null {
  if (!place || !drawn) return null
  if (sameNode(point, drawn)) return place
  const [now, then] = [placeAt(log, point), placeAt(log, drawn)]
  return now && then && now.line === then.line && now.offset === then.offset ? place : null
}

export function createSelectionKeeper(): SelectionKeeper {
  let log: DrawnLog | null = null
  let marked: LogSelection | null = null
  /** The document's selection when it was last read or drawn: a difference is a change by the reader. */
  let known: { readonly anchor: DocumentPoint; readonly focus: DocumentPoint } | null = null
  let pressed = false
  /** The reader drags from a position that was read since the pointer went down. */
  let dragging = false

  const inLog = (node: Node | null) => node !== null && log?.element.contains(node) === true

  const selectionNow = () => (log ? selectionOf(log.element) : null)

  const isShown = () => marked !== null && !isEmpty(marked) && inLog(selectionNow()?.anchor?.[0] ?? null)

  const clear = () => {
    if (isShown()) selectionNow()?.object.removeAllRanges()
    marked = known = null
  }

  const draw = () => {
    const selection = selectionNow()
    if (!log || !marked || isEmpty(marked) || !selection || !isShown()) return
    const anchor = pointOf(log, marked.anchor)
    // Beyond the edge the pointer decides; the browser's end of the selection is ignored.
    const focus = dragging && !inLog(selection.focus?.[0] ?? null) ? selection.focus : pointOf(log, marked.focus)
    if (!anchor || !focus) return
    if (!sameNode(anchor, selection.anchor) || !sameNode(focus, selection.focus)) {
      selection.object.setBaseAndExtent(...anchor, ...focus)
    }
    known = { anchor, focus }
  }

  return {
    isShown,
    show(next) {
      const replaced = log !== null && log.scope !== next.scope
      log = next
      if (replaced) clear()
      const selection = selectionNow()
      // The pointer is beyond the edge and the log scrolls: lines that come into view are selected.
      if (dragging && marked && selection && !inLog(selection.focus?.[0] ?? null)) {
        const { focus } = selection
        const edge = focus && placeAt(log, focus)
        if (edge) marked = { ...marked, focus: edge }
      }
      draw()
    },
    read() {
      const { anchor = null, focus = null } = selectionNow() ?? {}
      if (!log || !anchor || !focus || !inLog(anchor[0])) {
        if (!dragging) marked = known = null
        return false
      }
      // While its row is not in the document, the reader cannot have changed the start of the selection.
      const held = dragging && marked && !isDrawn(log, marked.anchor) ? marked.anchor : null
      const from = held ?? kept(marked?.anchor, anchor, known?.anchor, log) ?? placeAt(log, anchor)
      const to = kept(marked?.focus, focus, known?.focus, log) ?? placeAt(log, focus)
      known = { anchor, focus }
      marked = from && to && { anchor: from, focus: to }
      dragging = pressed
      return marked !== null && !isEmpty(marked)
    },
    selectAll() {
      const { rows, elements, pending } = log ?? {}
      const last = elements?.[elements.length - 1]
      if (!rows || !last) return
      // Any native selection inside the log; `draw` then sets its exact ends.
      selectionNow()?.object.selectAllChildren(last)
      const end = pending ? rows.length : rows.length - 1
      marked = { anchor: { line: rows.number(0), offset: 0 }, focus: { line: rows.number(end), offset: Infinity } }
      draw()
    },
    text: () => (log && marked && selectionText(marked, log.rows, log.pending)) ?? null,
    press() {
      pressed = true
      dragging = false
    },
    release() {
      pressed = dragging = false
      draw()
    },
  }
}

interface SelectionNow {
  readonly object: Selection
  readonly anchor: DocumentPoint | null
  readonly focus: DocumentPoint | null
}

/** Where the reader's selection begins and ends, also inside a shadow root. */
function selectionOf(element: Element): SelectionNow | null {
  const root = rootOf(element)
  // Chromium has a selection for each shadow root; Firefox one whose ends are inside; WebKit tells its ends on request.
  const object = ('getSelection' in root ? root.getSelection() : null) ?? documentOf(element).getSelection()
  if (!object) return null
  if ('host' in root && !('getSelection' in root) && 'getComposedRanges' in object) {
    const [range] = object.getComposedRanges({ shadowRoots: [root] })
    if (range) {
      const start: DocumentPoint = [range.startContainer, range.startOffset]
      const end: DocumentPoint = [range.endContainer, range.endOffset]
      const isBackward = object.direction === 'backward'
      return { object, anchor: isBackward ? end : start, focus: isBackward ? start : end }
    }
  }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = object
  return {
    object,
    anchor: anchorNode && [anchorNode, anchorOffset],
    focus: focusNode && [focusNode, focusOffset],
  }
}
