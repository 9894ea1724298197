'use client'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { elementOf, windowOf } from '../../part/dom.ts'
import { writeClipboard } from '../../part/clipboard.ts'
import { useAnnouncer } from '../../provider/use-announcer.ts'
import { formatNumber } from '../../text/format.ts'
import { droppedLines } from '../model/log-lines.ts'
import { readLineLink, writeLineLink } from '../model/line-link.ts'
import { useLogTools, type LogTools } from '../parts/use-log-tools.ts'

export interface LineLinks {
  /** Selects a line; `to` extends the selection to there. */
  readonly select: (line: number, isMore?: boolean) => void
  /** Moves the end of the selection; returns whether there is one. */
  readonly grow: (step: number) => boolean
  /** Returns whether there was a selection. */
  readonly clear: () => boolean
  readonly copy: (button: Element) => void
}

/** Lines that are selected by their numbers, and named by the page's address. */
export function useLineLink(root: HTMLElement | null): LineLinks {
  const list = useLogTools('Root')
  const { hash, goTo, setSelected, lines } = list
  const announcer = useAnnouncer()
  const own = useSyncExternalStore(hash === undefined ? onHash : never, hash === undefined ? ownHash : nothing, nothing)
  const given = hash ?? own
  /** What this log wrote itself, or has shown. */
  const known = useRef('')
  /** The end of the selection that does not move. */
  const anchor = useRef(0)
  const end = droppedLines(lines) + lines.length

  useEffect(() => {
    if (given === known.current) return
    const link = readLineLink(given)
    if (link.lines && link.lines.from > end) return
    known.current = given
    setSelected(link.lines)
    if (link.lines) {
      anchor.current = link.lines.from
      goTo(link.lines.from)
    }
  }, [given, end, setSelected, goTo])

  const latest = useRef({ list, given })
  useEffect(() => {
    latest.current = { list, given }
  })

  const links = useMemo<LineLinks>(() => {
    const write = (from: number, to: number) => {
      const now = latest.current
      const range = { from: Math.min(from, to), to: Math.max(from, to) }
      now.list.setSelected(range)
      const text = writeLineLink({ ...readLineLink(now.given), lines: range })
      known.current = text
      publish(now.list, text)
      const [first, last] = [range.from, range.to].map((line) => formatNumber(line, now.list.locale))
      announcer.say(now.list.messages.selected(first!, range.to > range.from ? last! : null))
    }
    return {
      select(line, isMore = false) {
        if (!isMore || !latest.current.list.selected) anchor.current = line
        write(anchor.current, line)
      },
      grow(step) {
        const { selected: range, lines: all, goTo: show } = latest.current.list
        if (!range) return false
        const moving = range.from === anchor.current ? range.to : range.from
        const next = Math.max(droppedLines(all) + 1, Math.min(droppedLines(all) + all.length, moving + step))
        write(anchor.current, next)
        if (!latest.current.list.geometry.get()?.numbers.includes(next)) show(next)
        return true
      },
      clear() {
        const now = latest.current
        if (!now.list.selected) return false
        now.list.setSelected(null)
        const text = writeLineLink({ ...readLineLink(now.given), lines: null })
        known.current = text
        publish(now.list, text)
        return true
      },
      copy(button) {
        const { list: now, given: text } = latest.current
        if (!now.selected || now.hash === '') return
        const page = windowOf(button).location
        const address = page.href.slice(0, page.href.length - page.hash.length).replace(/#$/, '')
        const name = writeLineLink({ ...readLineLink(text), lines: now.selected })
        writeClipboard(`${address}#${name}`, button).then(
          () => announcer.say(now.messages.linkCopied),
          () => announcer.say(now.messages.copyRefused),
        )
      },
    }
  }, [announcer])

  // Numbers are selected by a click, Shift+click or by dragging over them.
  useEffect(() => {
    if (!root) return undefined
    const numberAt = (target: EventTarget | null): number | null => {
      const element = elementOf(target)
      if (!element?.closest('[data-slot="log-list-number"]')) return null
      const rows = root.querySelector('[data-slot="log-list-rows"]')
      const at = rows ? [...rows.children].findIndex((row) => row.contains(element)) : -1
      const { list: now } = latest.current
      const number = now.geometry.get()?.numbers[at]
      return number !== undefined && number <= droppedLines(now.lines) + now.lines.length ? number : null
    }
    let isDragging = false
    const onDown = (event: PointerEvent) => {
      const number = event.button === 0 ? numberAt(event.composedPath()[0] ?? null) : null
      isDragging = number !== null
      if (number !== null) links.select(number, event.shiftKey)
    }
    const onMove = (event: PointerEvent) => {
      const number = isDragging && event.buttons === 1 ? numberAt(event.composedPath()[0] ?? null) : null
      const { selected: range } = latest.current.list
      if (number !== null && range && (number < range.from || number > range.to || range.from !== range.to))
        links.select(number, true)
    }
    root.addEventListener('pointerdown', onDown)
    root.addEventListener('pointermove', onMove)
    return () => {
      root.removeEventListener('pointerdown', onDown)
      root.removeEventListener('pointermove', onMove)
    }
  }, [root, links])

  return links
}

const never = () => () => {}
const nothing = () => ''
const ownHash = () => window.location.hash.slice(1)
function onHash(listener: () => void) {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

function publish({ hash, onHashChange }: LogTools, text: string): void {
  if (onHashChange) onHashChange(text)
  else if (hash === undefined) {
    const { pathname, search } = window.location
    window.history.replaceState(window.history.state, '', text === '' ? `${pathname}${search}` : `#${text}`)
  }
}
