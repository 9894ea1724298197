'use client'
import { memo, useMemo, type CSSProperties, type ReactNode } from 'react'
import { graphemeColumns, graphemes } from '../text/columns.ts'
import type { Colours, TokenStyle } from './colours.ts'
import { lineTokens, type Token } from './line-tokens.ts'
import type { LogLevel } from './log-rows.ts'

interface LogListLineProps {
  number: number
  text: string
  /** SGR sequences in force before the line. */
  carried: string
  colours: Colours | null
  level?: LogLevel | undefined
  /** Empty for a line whose level goes without saying; undefined where no line has one. */
  levelWord?: string | undefined
  /** epoch ms; null where it is unknown, undefined where no times are shown. */
  receivedAt?: number | null | undefined
  pattern: RegExp | null
  wrap: boolean
  /** Rows that the layout counts on: a font may draw a text narrower than its cells. */
  rows?: number | undefined
  /** Whether the current match is in this line. */
  current?: boolean
  pending?: boolean
  locale: string
}

// What the arithmetic of the layout counts on, with or without the stylesheet.
export const lineStyle: CSSProperties = { display: 'flex' }
const content: CSSProperties = { flex: 1, minInlineSize: 0 }
export const wrapped: CSSProperties = {
  ...content,
  whiteSpace: 'break-spaces',
  wordBreak: 'break-all',
  lineBreak: 'anywhere',
}
const unwrapped: CSSProperties = { ...content, whiteSpace: 'pre' }

/** One line. Memoised on what it shows, so that a new line renders one of these. */
export const LogListLine = memo(function LogListLine(props: LogListLineProps): ReactNode {
  const { number, text, carried, colours, level, levelWord, receivedAt, pattern, wrap, rows = 1, current } = props
  const { pending, locale } = props
  const tokens = useMemo(() => lineTokens(text, carried, colours), [text, carried, colours])
  return (
    <div
      data-slot="log-list-line"
      data-level={level}
      data-pending={pending ? '' : undefined}
      data-current={current ? '' : undefined}
      style={rows > 1 ? { ...lineStyle, minBlockSize: `${rows}lh` } : lineStyle}
    >
      <span data-slot="log-list-number" aria-hidden="true">
        {number}
      </span>
      {receivedAt !== undefined && (
        <span data-slot="log-list-time">{receivedAt === null ? '' : formatTime(receivedAt, locale)}</span>
      )}
      {levelWord !== undefined && <span data-slot="log-list-level">{levelWord}</span>}
      <span data-slot="log-list-content" style={wrap ? wrapped : unwrapped}>
        {drawTokens(tokens, pattern)}
      </span>
    </div>
  )
})

const clocks = new Map<string, Intl.DateTimeFormat>()

function formatTime(at: number, locale: string): string {
  let clock = clocks.get(locale)
  if (!clock) {
    clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
    clocks.set(locale, clock)
  }
  return clock.format(at)
}

function drawTokens(tokens: readonly Token[], pattern: RegExp | null): ReactNode {
  if (tokens.length === 0) return ' '
  const matches = pattern ? matchRanges(tokens, pattern) : []
  const only = tokens[0]
  if (tokens.length === 1 && only && matches.length === 0 && only.style === null && only.href === null) {
    return drawText(only.text)
  }
  let start = 0
  return tokens.map((token, index) => {
    const from = start
    start += token.text.length
    // eslint-disable-next-line react/no-array-index-key -- pieces of one line have no other identity
    return <Piece key={index} token={token} matches={matches} from={from} />
  })
}

/** Where the pattern matches in the text of all tokens together; at most as many as anybody looks at. */
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
  /** Place of the token in the line. */
  from: number
}

function Piece({ token, matches, from }: PieceProps) {
  const { text, style, href } = token
  const children = markMatches(text, from, matches)
  const look = style ? lookOf(style) : {}
  if (href === null) return style ? <span {...look}>{children}</span> : children
  return (
    <a {...look} data-slot="log-list-link" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}

function markMatches(text: string, from: number, matches: PieceProps['matches']): ReactNode {
  const pieces: ReactNode[] = []
  let done = 0
  for (const [start, end] of matches) {
    const left = Math.max(done, start - from)
    const right = Math.min(text.length, end - from)
    if (right <= left) continue
    if (left > done) pieces.push(drawText(text.slice(done, left)))
    pieces.push(
      <mark key={start} data-slot="log-list-match">
        {drawText(text.slice(left, right))}
      </mark>,
    )
    done = right
  }
  if (pieces.length === 0) return drawText(text)
  if (done < text.length) pieces.push(drawText(text.slice(done)))
  return pieces
}

const isRgb = (colour: string | null): colour is string => colour?.startsWith('rgb') === true

function lookOf({ fg, bg, decorations }: TokenStyle) {
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

// Up to U+10FF nothing is two cells wide but emoji; those begin at U+203C.
const mayBeWide = /[\u1100-\u115f\u203c-\uffff]|[\ud800-\udfff]/

/** Text on the grid: a character of two cells gets a box of two, whatever its font says. */
function drawText(text: string): ReactNode {
  if (!mayBeWide.test(text)) return text
  const pieces: ReactNode[] = []
  let run = ''
  for (const { segment, index } of graphemes.segment(text)) {
    if (graphemeColumns(segment) !== 2) {
      run += segment
      continue
    }
    if (run !== '') pieces.push(run)
    run = ''
    pieces.push(
      <span key={index} style={{ display: 'inline-block', inlineSize: '2ch', textAlign: 'center', whiteSpace: 'pre' }}>
        {segment}
      </span>,
    )
  }
  if (pieces.length === 0) return text
  if (run !== '') pieces.push(run)
  return pieces
}
