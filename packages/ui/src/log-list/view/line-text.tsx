// The text of a line as elements: colours, links and matches, each character aligned to its cells.
import { Fragment, type CSSProperties, type ReactNode } from 'react'
import type { Terminal, TerminalStyle } from '../../text/terminal.ts'
import type { Token } from '../model/line-tokens.ts'

/** What is drawn into the text of a line. */
export interface LineMarks {
  /** Global; marks what it matches. */
  readonly pattern: RegExp | null
  /** Pairs of start and end of further matches. */
  readonly ranges?: readonly number[] | undefined
  /** Offsets at which a new row begins. */
  readonly breaks?: readonly number[] | null
}

export function drawTokens(tokens: readonly Token[], marks: LineMarks, terminal: Terminal | null): ReactNode {
  if (tokens.length === 0) return ' '
  const matches = matchRanges(tokens, marks)
  const only = tokens[0]
  const breaks = marks.breaks ?? []
  if (
    tokens.length === 1 &&
    only &&
    matches.length === 0 &&
    only.style === null &&
    only.href === null &&
    breaks.length === 0
  ) {
    return drawText(only.text, terminal)
  }
  const drawn: ReactNode[] = []
  let start = 0
  let row = 0
  for (const token of tokens) {
    const end = start + token.text.length
    let from = start
    while (from < end) {
      const next = breaks[row]
      const to = next !== undefined && next < end ? Math.max(from, next) : end
      if (to > from) {
        const part =
          from === start && to === end ? token : { ...token, text: token.text.slice(from - start, to - start) }
        drawn.push(<Piece key={from} token={part} matches={matches} from={from} terminal={terminal} />)
      }
      if (next !== undefined && next <= to && next < end) {
        drawn.push(<br key={`row ${row}`} />)
        row += 1
      }
      if (to === end) break
      from = to
    }
    start = end
  }
  return <Fragment>{drawn}</Fragment>
}

/** Limit of marks in a line. */
const mostMarks = 200

/** Matches in the joined text of all tokens, ascending and apart. */
function matchRanges(tokens: readonly Token[], { pattern, ranges }: LineMarks): readonly (readonly [number, number])[] {
  if (!pattern && !ranges) return []
  const found: [number, number][] = []
  if (ranges) for (let at = 0; at + 1 < ranges.length; at += 2) found.push([ranges[at]!, ranges[at + 1]!])
  if (pattern) {
    const text = tokens.map((token) => token.text).join('')
    for (const { 0: match, index } of text.matchAll(pattern)) {
      if (match !== '') found.push([index, index + match.length])
      if (found.length >= mostMarks) break
    }
  }
  return found.toSorted(([a], [b]) => a - b)
}

interface PieceProps {
  token: Token
  matches: readonly (readonly [number, number])[]
  /** Offset of the token in the line. */
  from: number
  terminal: Terminal | null
}

function Piece({ token, matches, from, terminal }: PieceProps) {
  const { text, style, href } = token
  const children = markMatches(text, from, matches, terminal)
  const look = style ? lookOf(style) : {}
  if (href === null) return style ? <span {...look}>{children}</span> : children
  return (
    <a {...look} data-slot="log-list-link" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}

function markMatches(text: string, from: number, matches: PieceProps['matches'], terminal: Terminal | null): ReactNode {
  const pieces: ReactNode[] = []
  let done = 0
  for (const [start, end] of matches) {
    const left = Math.max(done, start - from)
    const right = Math.min(text.length, end - from)
    if (right <= left) continue
    if (left > done) pieces.push(drawText(text.slice(done, left), terminal))
    pieces.push(
      <mark key={start} data-slot="log-list-match">
        {drawText(text.slice(left, right), terminal)}
      </mark>,
    )
    done = right
  }
  if (pieces.length === 0) return drawText(text, terminal)
  if (done < text.length) pieces.push(drawText(text.slice(done), terminal))
  return pieces
}

const isRgb = (colour: string | null): colour is string => colour?.startsWith('rgb') === true

function lookOf({ fg, bg, decorations }: TerminalStyle) {
  const style: CSSProperties & Record<`--${string}`, string> = {}
  if (isRgb(fg)) style['--ifs-fg'] = fg
  if (isRgb(bg)) style['--ifs-bg'] = bg
  return {
    'data-fg': fg === null ? undefined : isRgb(fg) ? 'rgb' : fg,
    'data-bg': bg === null ? undefined : isRgb(bg) ? 'rgb' : bg,
    'data-style': decorations.length > 0 ? decorations.join(' ') : undefined,
    style,
  }
}

// Up to U+10FF only emoji are two cells wide; they begin at U+203C.
const mayBeWide = /[\u1100-\u115f\u203c-\uffff]|[\ud800-\udfff]/

/** Text on the grid: a wide character gets a box of two cells, regardless of its font. */
function drawText(text: string, terminal: Terminal | null): ReactNode {
  if (!terminal || !mayBeWide.test(text)) return text
  const pieces: ReactNode[] = []
  let run = ''
  for (const [index, { text: cluster, width }] of terminal.clustersOf(text).entries()) {
    if (width !== 2) {
      run += cluster
      continue
    }
    if (run !== '') pieces.push(run)
    run = ''
    pieces.push(
      <span key={index} style={{ display: 'inline-block', inlineSize: '2ch', textAlign: 'center', whiteSpace: 'pre' }}>
        {cluster}
      </span>,
    )
  }
  if (pieces.length === 0) return text
  if (run !== '') pieces.push(run)
  return pieces
}
