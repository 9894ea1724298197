'use client'
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type UIEvent } from 'react'
import { formatNumber } from '../../text/format.ts'
import { jsonText } from '../model/json-text.ts'
import { jsonRows, type JsonRow, type Openings } from '../model/json-rows.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { CopyButton } from './copy-button.tsx'

/** px */
const rowHeight = 22
/** Rows in the document beyond those in view. */
const spare = 8
/** px of the tallest tree; a longer one scrolls. */
const tallest = 440
/** Characters that are drawn of a text. */
const longest = 200

/** Values as a tree: one stop of Tab; arrows move, open and close. Only the rows in view are in the document. */
export function JsonTree({ value }: { value: unknown }): ReactNode {
  const { messages, locale } = useTaskOutput('View')
  const [openings, setOpenings] = useState<Openings>(new Map())
  const [active, setActive] = useState(0)
  const [top, setTop] = useState(0)
  const tree = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => jsonRows(value, openings), [value, openings])
  const height = Math.min(tallest, rows.length * rowHeight)
  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + spare)
  const current = Math.min(active, rows.length - 1)

  const open = (row: JsonRow, isOpen: boolean) => setOpenings(new Map(openings).set(row.path, isOpen))
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setActive(next)
    const element = tree.current
    if (!element) return
    const from = next * rowHeight
    if (from < element.scrollTop) element.scrollTop = from
    else if (from + rowHeight > element.scrollTop + height) element.scrollTop = from + rowHeight - height
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[current]
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return
    const parent = () => rows.slice(0, current).findLastIndex(({ depth }) => depth < row.depth)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(current + 1),
      ArrowUp: () => go(current - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      PageDown: () => go(current + Math.floor(height / rowHeight)),
      PageUp: () => go(current - Math.floor(height / rowHeight)),
      ArrowRight: () => (row.size !== null && !row.isOpen ? open(row, true) : row.isOpen && go(current + 1)),
      ArrowLeft: () => (row.isOpen ? open(row, false) : go(Math.max(0, parent()))),
      Enter: () => row.size !== null && open(row, !row.isOpen),
      ' ': () => row.size !== null && open(row, !row.isOpen),
      '*': () => {
        const siblings = rows.filter(({ path, size }) => size !== null && parentOf(path) === parentOf(row.path))
        setOpenings(new Map([...openings, ...siblings.map(({ path }) => [path, true] as const)]))
      },
    }
    if (!keys[event.key]) return
    keys[event.key]!()
    event.preventDefault()
  }

  return (
    <div data-slot="task-output-figure">
      <div
        ref={tree}
        data-slot="task-output-json"
        role="tree"
        aria-label={messages.rest}
        aria-activedescendant={rows.length > 0 ? idOf(rows[current]!.path) : undefined}
        tabIndex={0}
        dir="ltr"
        style={{ blockSize: height }}
        onScroll={(event: UIEvent<HTMLElement>) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div role="none" style={{ blockSize: rows.length * rowHeight, position: 'relative' }}>
          {rows.slice(first, last).map((row, place) => {
            const index = first + place
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree handles the keys
              <div
                key={row.path}
                id={idOf(row.path)}
                data-slot="task-output-json-row"
                data-active={index === current ? '' : undefined}
                role="treeitem"
                tabIndex={-1}
                aria-level={row.depth + 1}
                aria-setsize={row.of}
                aria-posinset={row.at}
                aria-expanded={row.size === null ? undefined : row.isOpen}
                aria-selected={index === current}
                style={{ position: 'absolute', insetInline: 0, top: index * rowHeight, blockSize: rowHeight }}
                onClick={() => {
                  setActive(index)
                  if (row.size !== null) open(row, !row.isOpen)
                }}
              >
                <span style={{ paddingInlineStart: `${row.depth * 2}ch` }} aria-hidden="true">
                  {row.size === null ? ' ' : row.isOpen ? '▾' : '▸'}
                </span>
                <span data-slot="task-output-json-key">{row.key}</span>
                <span data-slot="task-output-json-value" data-type={typeOf(row.value)}>
                  {row.isCircular
                    ? messages.circular
                    : row.size === null
                      ? valueText(row.value)
                      : messages.values(formatNumber(row.size, locale), row.size)}
                </span>
              </div>
            )
          })}
        </div>
      </div>
      <div data-slot="task-output-bar">
        <CopyButton text={() => jsonText(value)} />
      </div>
    </div>
  )
}

const idOf = (path: string) => `json-${encodeURIComponent(path)}`
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
const typeOf = (value: unknown) => (value === null ? 'null' : typeof value)

function valueText(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const text = JSON.stringify(value.length > longest ? value.slice(0, longest) : value)
  return value.length > longest ? `${text.slice(0, -1)}…"` : text
}
