// Colours and styles of a text: loaded with the first line that has any.
import Anser from 'anser'
import { stripEscapes } from '../../text/escapes.ts'

export interface TokenStyle {
  /** 'red', 'bright-red', … of the sixteen, or an `rgb()` of the 256 and the millions. */
  readonly fg: string | null
  readonly bg: string | null
  readonly decorations: readonly Exclude<Anser.DecorationName, 'reverse' | 'blink'>[]
}

export interface Entry {
  readonly content: string
  readonly style: TokenStyle | null
}

/** The pieces of a text, each with the style set by the sequences before it. */
export type Colours = (text: string) => readonly Entry[]

export const readColours: Colours = (text) =>
  Anser.ansiToJson(stripEscapes(text, isColour), { json: true, use_classes: true }).map((entry) => ({
    content: entry.content,
    style: styleOf(entry),
  }))

const isColour = (sequence: string): boolean => sequence.startsWith('\u001b[') && /^[\d;:]*m$/.test(sequence.slice(2))

function styleOf(entry: Anser.AnserJsonEntry): TokenStyle | null {
  const reversed = 'isInverted' in entry && entry.isInverted === true
  const fg = colourOf(entry.fg, entry.fg_truecolor)
  const bg = colourOf(entry.bg, entry.bg_truecolor)
  const decorations = entry.decorations.flatMap((name) => (name === 'reverse' || name === 'blink' ? [] : [name]))
  if (fg === null && bg === null && !reversed && decorations.length === 0) return null
  // anser has already swapped them, with black on white as defaults; the page has its own default colours.
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
