// The text of a line as elements: colours, links and matches, each character aligned to its cells.
import type { CSSProperties, ReactNode } from 'react'
import type { Terminal, TerminalStyle } from '../../text/terminal.ts'
import type { Token } from '../model/line-tokens.ts'

export function drawTokens(tokens: readonly Token[], pattern: RegExp | null, terminal: Terminal | null): ReactNode {
  if (tokens.length === 0) return ' '
  const matches = pattern ? matchRanges(tokens, pattern) : []
  const only = tokens[0]
  if (tokens.length === 1 && only && matches.length === 0 && only.style === null && only.href === null) {
    return drawText(only.text, terminal)
  }
  let start = 0
  return tokens.map((token, index) => {
    const from = start
    start += token.text.length
    // oxlint-disable-next-line react/no-array-index-key -- pieces of one line have no other identity
    return <Piece key={index} token={token} matches={matches} from={from} terminal={terminal} />
  })
}

/** Matches of the pattern in the joined text of all tokens, up to a limit. */
function matchRanges(tokens: readonly Token[], pattern: RegExp): readonly (readonly [number, number])[] {
  const text = tokens.map((token) => token.text).join('')
  const ranges: [number, number][] = []
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (found !== '') ranges.push([index, index + found.length])
    if (ranges.length >= 200) break
  }
  return ranges
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
