// A log line as pieces of text with a style and a link, drawn by the line component. Never HTML.
import { roughText, type Pen, type Terminal, type TerminalStyle } from '../../text/terminal.ts'
import { boundedLine, cellsOf } from './line-cells.ts'

export interface Token {
  readonly text: string
  readonly style: TerminalStyle | null
  /** `http:` or `https:` only. */
  readonly href: string | null
}

const address = /https?:\/\/[^\s<>"'`]+/g

/**
 * The pieces of `line` as a terminal draws it.
 * @param pen the style that the lines before have set
 * @param terminal null until it is loaded: one piece without styles
 * @param isOpened whether the reader opened this long line: more of it is drawn
 */
export function lineTokens(line: string, pen: Pen, terminal: Terminal | null, isOpened = false): readonly Token[] {
  const cells = cellsOf(isOpened)
  const bounded = boundedLine(line)
  if (!terminal) return [{ text: roughText(bounded).slice(0, cells), style: null, href: null }]
  const tokens: Token[] = []
  let columns = 0
  for (const { text, style, href } of terminal.drawLine(bounded, pen).runs) {
    const room = cells - columns
    if (room <= 0) break
    const drawn = cutText(text, room, terminal)
    columns += terminal.columnsOf(drawn)
    if (href !== null) tokens.push({ text: drawn, style, href: safeLink(href) })
    else if (drawn.includes('://')) tokens.push(...linked(drawn, style))
    else tokens.push({ text: drawn, style, href: null })
  }
  return tokens
}

/** The beginning of `text` that fits into so many cells. */
function cutText(text: string, cells: number, terminal: Terminal): string {
  if (text.length * 2 <= cells || terminal.columnsOf(text) <= cells) return text
  let length = 0
  let columns = 0
  for (const { text: cluster, width } of terminal.clustersOf(text)) {
    if (columns + width > cells) break
    columns += width
    length += cluster.length
  }
  return text.slice(0, length)
}

/** The URL if it is safe to link, else null: no `javascript:`, no `data:`, no relative URL. */
function safeLink(text: string): string | null {
  try {
    const { protocol, href } = new URL(text)
    return protocol === 'http:' || protocol === 'https:' ? href : null
  } catch {
    return null
  }
}

function linked(text: string, style: TerminalStyle | null): Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    // Punctuation after a URL belongs to the sentence.
    const trimmed = found.replace(/[.,;:!?)\]}]+$/, '')
    const href = safeLink(trimmed)
    if (href === null) continue
    if (index > end) tokens.push({ text: text.slice(end, index), style, href: null })
    tokens.push({ text: trimmed, style, href })
    end = index + trimmed.length
  }
  if (end < text.length) tokens.push({ text: text.slice(end), style, href: null })
  return tokens
}
