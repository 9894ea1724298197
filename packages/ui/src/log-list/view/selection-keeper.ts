import { selectionText, type LogSelection, type Place } from '../model/log-selection.ts'
import { isDrawn, placeAt, pointOf, type DocumentPoint, type DrawnRows } from '../model/row-places.ts'

interface DrawnLog extends DrawnRows {
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

/** The known position, if the document's selection is still where it was drawn. */
const kept = (place: Place | undefined, point: DocumentPoint, drawn: DocumentPoint | undefined) =>
  place && drawn && sameNode(point, drawn) ? place : null

export function createSelectionKeeper(): SelectionKeeper {
  let log: DrawnLog | null = null
  let marked: LogSelection | null = null
  /** The document's selection when it was last read or drawn: a difference is a change by the reader. */
  let known: { readonly anchor: DocumentPoint; readonly focus: DocumentPoint } | null = null
  let pressed = false
  /** The reader drags from a position that was read since the pointer went down. */
  let dragging = false

  const inLog = (node: Node | null) => node !== null && log?.element.contains(node) === true

  const isShown = () => marked !== null && !isEmpty(marked) && inLog(document.getSelection()?.anchorNode ?? null)

  const clear = () => {
    if (isShown()) document.getSelection()?.removeAllRanges()
    marked = known = null
  }

  const draw = () => {
    const selection = document.getSelection()
    if (!log || !marked || isEmpty(marked) || !selection || !isShown()) return
    const anchor = pointOf(log, marked.anchor)
    // Beyond the edge the pointer decides; the browser's end of the selection is ignored.
    const focus = dragging && !inLog(selection.focusNode) ? focusOf(selection) : pointOf(log, marked.focus)
    if (!anchor || !focus) return
    if (!sameNode(anchor, anchorOf(selection)) || !sameNode(focus, focusOf(selection))) {
      selection.setBaseAndExtent(...anchor, ...focus)
    }
    known = { anchor, focus }
  }

  return {
    isShown,
    show(next) {
      const replaced = log !== null && log.scope !== next.scope
      log = next
      if (replaced) clear()
      const selection = document.getSelection()
      // The pointer is beyond the edge and the log scrolls: lines that come into view are selected.
      if (dragging && marked && selection && !inLog(selection.focusNode)) {
        const focus = focusOf(selection)
        const edge = focus && placeAt(log, focus)
        if (edge) marked = { ...marked, focus: edge }
      }
      draw()
    },
    read() {
      const selection = document.getSelection()
      const anchor = selection && anchorOf(selection)
      const focus = selection && focusOf(selection)
      if (!log || !anchor || !focus || !inLog(anchor[0])) {
        if (!dragging) marked = known = null
        return false
      }
      // While its row is not in the document, the reader cannot have changed the start of the selection.
      const held = dragging && marked && !isDrawn(log, marked.anchor) ? marked.anchor : null
      const from = held ?? kept(marked?.anchor, anchor, known?.anchor) ?? placeAt(log, anchor)
      const to = kept(marked?.focus, focus, known?.focus) ?? placeAt(log, focus)
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
      document.getSelection()?.selectAllChildren(last)
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

function anchorOf({ anchorNode, anchorOffset }: Selection): DocumentPoint | null {
  return anchorNode && [anchorNode, anchorOffset]
}

function focusOf({ focusNode, focusOffset }: Selection): DocumentPoint | null {
  return focusNode && [focusNode, focusOffset]
}
