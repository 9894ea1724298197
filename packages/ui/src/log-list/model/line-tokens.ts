/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// A log line as pieces of text with a style and a link, drawn by the line component. Never HTML.
import { stripEscapes } from '../../text/escapes.ts'
import { columnsOf } from '../../text/columns.ts'
import { collapseReturns } from '../../text/terminal-line.ts'
import type { Colours, TokenStyle } from './colours.ts'
import { longestLine, tabSize } from './line-cells.ts'
import { carriedStyle } from './style-carry.ts'

export interface Token {
  readonly text: string
  readonly style: TokenStyle | null
  /** `http:` or `https:` only. */
  readonly href: string | null
}

const link = /\u001b\]8;[^;\u0007\u001b]*;([^\u0007\u001b]*)(?:\u0007|\u001b\\)/
const address = /https?:\/\/[^\s<>"'`]+/g
const needsWork = /[\u0000-\u001f\u007f-\u009f]|https?:\/\//

/**
 * The pieces of `line` as a terminal draws it, in the colours still set by the lines before.
 * @param carried SGR sequences still in force at the start of the line
 * @param colours reads the sequences; without it the text has none
 */
export function lineTokens(line: string, carried: string, colours: Colours | null): readonly Token[] {
  const bounded = line.length > longestLine * 4 && !line.includes('\r') ? line.slice(0, longestLine * 4) : line
  if ((carried === '' || !colours) && !needsWork.test(bounded))
    return finished([{ text: bounded, style: null, href: null }])
  const tokens: Token[] = []
  let href: string | null = null
  let style = carried
  // The split keeps the URLs: text, URL, text, URL, …
  for (const [index, piece] of collapseReturns(bounded).split(link).entries()) {
    if (index % 2 === 1) {
      href = safeLink(piece)
      continue
    }
    // anser starts each text without a style, so the active sequences are prepended.
    for (const entry of colours ? colours(style + piece) : [{ content: stripEscapes(piece), style: null }]) {
      if (entry.content === '') continue
      const drawn = entry.style
      if (href === null) tokens.push(...linked(entry.content, drawn))
      else tokens.push({ text: entry.content, style: drawn, href })
    }
    style = carriedStyle(style, piece)
  }
  return finished(tokens)
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

function linked(text: string, style: TokenStyle | null): Token[] {
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

const loneSurrogates = /\p{Surrogate}/gu

/** Tabs to their stops, lone surrogates to U+FFFD, and no more cells than a line may have. */
function finished(tokens: readonly Token[]): readonly Token[] {
  let column = 0
  const drawn: Token[] = []
  for (const token of tokens) {
    if (column >= longestLine) break
    let text = ''
    for (const [index, piece] of token.text.split('\t').entries()) {
      if (index > 0) {
        const gap = tabSize - (column % tabSize)
        text += ' '.repeat(gap)
        column += gap
      }
      const room = piece.slice(0, Math.max(0, longestLine - column))
      text += room
      column += columnsOf(room)
    }
    if (text !== '') drawn.push({ ...token, text: text.replace(loneSurrogates, '\ufffd') })
  }
  return drawn
}
