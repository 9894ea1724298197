'use client'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { isField } from '../../part/dom.ts'
import { useAnnouncer } from '../../provider/use-announcer.ts'
import { plainText } from '../../text/plain-text.ts'
import { formatNumber } from '../../text/format.ts'
import { foldedRanges, headerAt, isFolded, sectionOf, type LogSection } from '../model/log-sections.ts'
import { droppedLines, lineText } from '../model/log-lines.ts'
import { problemFrom } from '../model/log-index.ts'
import { useFullScreen } from '../view/use-full-screen.ts'
import { useLineLink } from '../view/use-line-link.ts'
import { useLogIndex } from '../view/use-log-index.ts'
import type { LogReading } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { SectionHeader } from './log-list-section-header.tsx'

const none: readonly number[] = []

/**
 * Reads the lines in the background: levels, errors and sections; and handles the keys and links that need them. Renders nothing.
 */
export function LogListReader(): ReactNode {
  const list = useLogTools('Root')
  const { lines, setReading, inferLevels, sections, current, selected, geometry, setFullScreen, setPosition } = list
  const announcer = useAnnouncer()
  const { index, version, changed } = useLogIndex(lines, { inferLevels, sections })
  const element = useRootElement()
  const link = useLineLink(element)
  /** What the actions below read: they stay the same while lines are added. */
  const latest = useRef({ list, link })
  useEffect(() => {
    latest.current = { list, link }
  })

  const actions = useMemo(() => {
    const fold = (section: LogSection, folded: boolean) => {
      const view = geometry.get()
      index.fold(section, folded)
      // The header stays where it is; who folds something while following goes on following.
      if (view && !(view.position.following && folded)) {
        const row = view.layout.rowOf(view.rows.indexOf(section.start)) * view.metrics.rowHeight
        const seen = view.position.following ? view.total : view.position.seen
        setPosition({ following: false, line: section.start, offset: Math.min(0, view.top - row), seen })
      }
      changed()
    }
    return {
      fold,
      foldAll: () => {
        index.fold(
          null,
          index.sections.some((section) => !isFolded(section)),
        )
        changed()
      },
      foldHere: () => {
        const { current: match, selected: marked } = latest.current.list
        const section = sectionOf(index.sections, match ?? marked?.from ?? geometry.topLine())
        if (section) fold(section, !isFolded(section))
      },
      showProblem: (kind: 'error' | 'warn', by: 1 | -1) => {
        const { list: now } = latest.current
        const dropped = droppedLines(now.lines)
        const from = now.current ?? geometry.topLine() - (by === 1 ? 1 : 0)
        const found = problemFrom(kind === 'error' ? index.errors : index.warnings, from, by, dropped)
        if (!found) return
        now.goTo(found.title, index)
        const text = plainText(lineText(now.lines, found.title - dropped - 1))
          .trim()
          .slice(0, 200)
        const [at, count, line] = [found.at, found.count, found.title].map((value) => formatNumber(value, now.locale))
        announcer.say(now.messages.problem(kind, at!, count!, line!, text))
      },
      copyLink: (button: Element) => latest.current.link.copy(button),
    }
  }, [index, changed, geometry, setPosition, announcer])

  const shown = current ?? selected?.from ?? null
  const [folds, setFolds] = useState(none)
  const wanted = foldsOf(index.sections, shown)
  if (wanted.length !== folds.length || wanted.some((at, place) => at !== folds[place])) setFolds(wanted)

  const reading = useMemo<LogReading>(() => {
    const headerOf = (line: number, total: number, isStuck = false): ReactNode => {
      const all = index.sections
      if (all.length === 0) return null
      const section = isStuck ? sectionOf(all, line) : headerAt(all, line)
      if (!section || (isStuck && section.start === line)) return null
      const count = (section.end ?? total) - section.start - (section.isMarked ? 1 : 0)
      return <SectionHeader section={section} lines={Math.max(0, count)} onFold={actions.fold} />
    }
    return { index, version, folds, headerOf, ...actions }
  }, [index, version, folds, actions])
  useEffect(() => {
    let isLatest = true
    // Not in the effect itself: React takes a state set in the effects of 50 commits in a row for an endless loop.
    queueMicrotask(() => isLatest && setReading(reading))
    return () => {
      isLatest = false
    }
  }, [reading, setReading])

  useFullScreen(element, list.state.fullScreen, list.label, setFullScreen)

  useEffect(() => {
    if (!element) return undefined
    const keys: Readonly<Record<string, () => void>> = {
      e: () => actions.showProblem('error', 1),
      E: () => actions.showProblem('error', -1),
      z: actions.foldHere,
      Z: actions.foldAll,
      l: () => latest.current.link.select(latest.current.list.current ?? geometry.topLine()),
      y: () => latest.current.link.copy(element),
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (isField(event.composedPath()[0] ?? null) || event.ctrlKey || event.metaKey || event.altKey) return
      const { list: now, link: links } = latest.current
      const key = event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase()
      const step = { ArrowUp: -1, ArrowDown: 1 }[key]
      const isHandled =
        step && event.shiftKey
          ? links.grow(step)
          : key === 'Escape'
            ? now.terms.query === '' && links.clear()
            : keys[key] !== undefined
      if (!isHandled) return
      keys[key]?.()
      event.preventDefault()
    }
    element.addEventListener('keydown', onKeyDown)
    return () => element.removeEventListener('keydown', onKeyDown)
  }, [element, actions, geometry])
  return null
}

/** What is shown is open while it is shown. */
function foldsOf(sections: readonly LogSection[], shown: number | null): readonly number[] {
  if (sections.length === 0) return none
  const around = sections.filter(({ start, end }) => shown !== null && start < shown && (end ?? Infinity) >= shown)
  return foldedRanges(sections, new Set(around))
}

/** The element of Root; null before the viewport is rendered. */
function useRootElement(): HTMLElement | null {
  const { geometry } = useLogTools('Root')
  const [element, setElement] = useState<HTMLElement | null>(null)
  // The viewport may be rendered later than this.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the same element ends it
  useEffect(() => {
    const found = geometry.get()?.element.closest<HTMLElement>('[data-slot="log-list"]') ?? null
    // Only the document knows the element. Not set again: that counts as an update of every commit.
    if (found !== element) setElement(found)
  })
  return element
}
