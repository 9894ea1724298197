// What SGR sequences (ECMA-48 §8.3.117) set: colours and decorations.

export type Decoration = 'bold' | 'dim' | 'italic' | 'underline' | 'hidden' | 'strikethrough' | 'overline'

export interface TerminalStyle {
  /**
   * `red`, `bright-red`, … of the sixteen colours, `rgb(r, g, b)` of the others; `background` and `foreground` where the
   * default colours are swapped. Null for the default.
   */
  readonly fg: string | null
  readonly bg: string | null
  readonly decorations: readonly Decoration[]
}

/** The style of the next character. Immutable; equal pens are mostly the same object. */
export interface Pen {
  /** SGR parameters of the colour, such as `31` or `38;5;208`; '' for the default. */
  readonly fg: string
  readonly bg: string
  /** Bit n: `attributes[n]`. */
  readonly bits: number
  /** The SGR sequence that sets this pen on a default one; '' for the default pen. */
  readonly sequence: string
  /** What is drawn; null for the default. */
  readonly style: TerminalStyle | null
}

/** By bit. Inverse has no name of its own: it swaps the colours. */
const attributes: readonly (Decoration | null)[] = [
  'bold',
  'dim',
  'italic',
  'underline',
  null,
  'hidden',
  'strikethrough',
  'overline',
]
/** The SGR parameter that sets each attribute, and those that reset some, as bits. */
const setters = [1, 2, 3, 4, 7, 8, 9, 53]
const resets: Readonly<Record<number, number>> = {
  22: 0b11,
  23: 0b100,
  24: 0b1000,
  27: 0b1_0000,
  28: 0b10_0000,
  29: 0b100_0000,
  55: 0b1000_0000,
}
const inverse = 0b1_0000
const underline = 0b1000

/** A pen, and those that sequences have made of it. */
class KnownPen implements Pen {
  readonly fg: string
  readonly bg: string
  readonly bits: number
  readonly sequence: string
  readonly style: TerminalStyle | null
  #next: Map<string, Pen> | null = null

  constructor(fg: string, bg: string, bits: number, sequence: string, style: TerminalStyle | null) {
    this.fg = fg
    this.bg = bg
    this.bits = bits
    this.sequence = sequence
    this.style = style
  }

  after(parameters: string): Pen {
    this.#next ??= new Map()
    let next = this.#next.get(parameters)
    if (!next) {
      next = readParameters(this, parameters)
      if (this.#next.size < nextKept) this.#next.set(parameters, next)
    }
    return next
  }
}

export const defaultPen: Pen = new KnownPen('', '', 0, '', null)

const pens = new Map<string, Pen>()
/** A hostile log must not fill the memory with colours. */
const pensKept = 4_096
const nextKept = 256

function penOf(fg: string, bg: string, bits: number): Pen {
  if (fg === '' && bg === '' && bits === 0) return defaultPen
  const parameters = setters.filter((_, bit) => bits & (1 << bit)).map(String)
  if (fg !== '') parameters.push(fg)
  if (bg !== '') parameters.push(bg)
  const sequence = `\u001b[${parameters.join(';')}m`
  const known = pens.get(sequence)
  if (known) return known
  const pen = new KnownPen(fg, bg, bits, sequence, styleOf(fg, bg, bits))
  if (pens.size < pensKept) pens.set(sequence, pen)
  return pen
}

/** @param parameters What stands between `ESC [` and `m`. */
export function changePen(pen: Pen, parameters: string): Pen {
  if (parameters === '' || parameters === '0') return defaultPen
  return pen instanceof KnownPen ? pen.after(parameters) : readParameters(pen, parameters)
}

function readParameters({ fg, bg, bits }: Pen, parameters: string): Pen {
  const list = parameters.split(';')
  for (let at = 0; at < list.length; at++) {
    const parts = list[at]!.split(':')
    const code = Number(parts[0]) || 0
    if (code === 38 || code === 48 || code === 58) {
      const [colour, used] = parts.length > 1 ? [colonColour(parts), 0] : semicolonColour(list, at)
      at += used
      if (colour === null || code === 58) continue
      if (code === 38) fg = `38;${colour}`
      else bg = `48;${colour}`
    } else if (code === 0) {
      fg = bg = ''
      bits = 0
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) fg = String(code)
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) bg = String(code)
    else if (code === 39) fg = ''
    else if (code === 49) bg = ''
    else if (code === 4 && parts[1] === '0') bits &= ~underline
    else if (code === 21) bits |= underline
    else if (setters.includes(code)) bits |= 1 << setters.indexOf(code)
    else bits &= ~(resets[code] ?? 0)
  }
  return penOf(fg, bg, bits)
}

/** `38:5:n`, `38:2:r:g:b`, or with a colour space `38:2::r:g:b`: what follows the 38. */
function colonColour(parts: readonly string[]): string | null {
  const values = parts.map((part) => byteOf(part))
  if (values[1] === 5) return values[2] === undefined ? null : `5;${values[2]}`
  if (values[1] !== 2) return null
  const [r = 0, g = 0, b = 0] = values.slice(values.length > 5 ? 3 : 2)
  return `2;${r};${g};${b}`
}

/** `38;5;n` or `38;2;r;g;b`, and how many parameters follow the 38. */
function semicolonColour(list: readonly string[], at: number): [string | null, number] {
  const value = (index: number) => byteOf(list[at + index])
  const kind = Number(list[at + 1])
  if (kind === 5) return [list[at + 2] === undefined ? null : `5;${value(2)}`, 2]
  if (kind === 2) return [`2;${value(2)};${value(3)};${value(4)}`, 4]
  return [null, 1]
}

const byteOf = (text: string | undefined) => Math.min(255, Math.max(0, Math.trunc(Number(text)) || 0))

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

function styleOf(fg: string, bg: string, bits: number): TerminalStyle {
  const decorations = attributes.filter((name, bit): name is Decoration => name !== null && (bits & (1 << bit)) !== 0)
  const front = colourOf(fg)
  const back = colourOf(bg)
  return bits & inverse
    ? { fg: back ?? 'background', bg: front ?? 'foreground', decorations }
    : { fg: front, bg: back, decorations }
}

function colourOf(parameters: string): string | null {
  if (parameters === '') return null
  const [code = 0, kind, ...values] = parameters.split(';').map(Number)
  if (kind === 2) return `rgb(${values.join(', ')})`
  if (kind === 5) return paletteColour(values[0] ?? 0)
  return code >= 90 ? `bright-${names[code % 10]}` : names[code % 10]!
}

const step = (value: number) => (value === 0 ? 0 : 55 + value * 40)

/** The palette of xterm: the sixteen colours, a cube of six steps, then greys. */
function paletteColour(index: number): string {
  if (index < 16) return index < 8 ? names[index]! : `bright-${names[index - 8]}`
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return `rgb(${grey}, ${grey}, ${grey})`
  }
  const cube = index - 16
  return `rgb(${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)})`
}
