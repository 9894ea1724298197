/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// A log line as pieces of text with a style and a link: what the line component draws. Never HTML.
import type Anser from 'anser'
import { plainText, stripEscapes } from '../text/escapes.ts'
import { columnsOf } from '../text/columns.ts'
import { collapseReturns } from '../text/terminal-line.ts'
import { longestLine, tabSize } from './line-cells.ts'
import { carriedStyle } from './style-carry.ts'

export interface TokenStyle {
  /** 'red', 'bright-red', … of the sixteen, or an `rgb()` of the 256 and the millions. */
  readonly fg: string | null
  readonly bg: string | null
  readonly decorations: readonly Exclude<Anser.DecorationName, 'reverse' | 'blink'>[]
}

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
 * The pieces of `line` as a terminal would draw it, in the colours that the lines before left on.
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
  // The split keeps the addresses: text, address, text, address, …
  for (const [index, piece] of collapseReturns(bounded).split(link).entries()) {
    if (index % 2 === 1) {
      href = safeLink(piece)
      continue
    }
    // anser begins each text without a style: what is in force goes before it.
    for (const entry of entriesOf(style, piece, colours)) {
      if (entry.content === '') continue
      const drawn = entry.style
      if (href === null) tokens.push(...linked(entry.content, drawn))
      else tokens.push({ text: entry.content, style: drawn, href })
    }
    style = carriedStyle(style, piece)
  }
  return finished(tokens)
}

/** anser's reader of SGR sequences. */
export type Colours = Pick<typeof Anser, 'ansiToJson'>

function entriesOf(style: string, piece: string, colours: Colours | null) {
  if (!colours) return [{ content: plainText(piece), style: null }]
  return colours
    .ansiToJson(style + stripEscapes(piece, isColour), { json: true, use_classes: true })
    .map((entry) => ({ content: entry.content, style: styleOf(entry) }))
}

const isColour = (sequence: string): boolean => sequence.startsWith('\u001b[') && /^\u001b\[[\d;:]*m$/.test(sequence)

function styleOf(entry: Anser.AnserJsonEntry): TokenStyle | null {
  const reversed = 'isInverted' in entry && entry.isInverted === true
  const fg = colourOf(entry.fg, entry.fg_truecolor)
  const bg = colourOf(entry.bg, entry.bg_truecolor)
  const decorations = entry.decorations.flatMap((name) => (name === 'reverse' || name === 'blink' ? [] : [name]))
  if (fg === null && bg === null && !reversed && decorations.length === 0) return null
  // anser has swapped them already, and says black on white where nothing was set; the page has colours of its own.
  return reversed && fg === 'black' && bg === 'white'
    ? { fg: 'background', bg: 'foreground', decorations }
    : { fg, bg, decorations }
}

function colourOf(name: string | null, truecolor: string | null): string | null {
  if (!name) return null
  if (name === 'ansi-truecolor') return truecolor ? `rgb(${truecolor})` : null
  const palette = /^ansi-palette-(\d+)$/.exec(name)
  return palette ? paletteColour(Number(palette[1])) : name.replace('ansi-', '')
}

const step = (value: number) => (value === 0 ? 0 : 55 + value * 40)

/** Colours 16–255 of the xterm palette: a cube of six steps, then greys. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return `rgb(${grey}, ${grey}, ${grey})`
  }
  const cube = index - 16
  return `rgb(${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)})`
}

/** The address if it may be followed, else null: no `javascript:`, no `data:`, no relative address. */
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
    // Punctuation after an address belongs to the sentence.
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
