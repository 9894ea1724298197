// The width of text in the cells of a terminal. No Intl.Segmenter: Firefox has it only since version 125.

/** A character with the marks that join it, as a terminal draws it: in one or two cells. */
export interface Cluster {
  readonly text: string
  /** 0 for a mark that joins nothing. */
  readonly width: 0 | 1 | 2
}

/** Whether every character is visible and takes one cell. */
export const isPrintableAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** Cells of visible text: two for wide characters (UAX #11) and emoji, none for combining marks. */
export function columnsOf(text: string): number {
  if (isPrintableAscii(text)) return text.length
  let columns = 0
  if (isSimple(text)) {
    for (let at = 0; at < text.length; at++) columns += widthOf(text.charCodeAt(at))
    return columns
  }
  for (let at = 0; at < text.length; at = endOfCluster(text, at)) columns += widthFrom(text, at)
  return columns
}

/** Whether the width of a text is that of its characters: no emoji, and nothing that makes one of several characters. */
export const isSimple = (text: string): boolean => !/[\ud800-\udfff]|\u200d|\ufe0f/.test(text)

/** Control characters count as one cell; remove them first. */
export function clustersOf(text: string): Cluster[] {
  const clusters: Cluster[] = []
  for (let at = 0; at < text.length;) {
    const end = endOfCluster(text, at)
    clusters.push({ text: text.slice(at, end), width: widthFrom(text, at, end) })
    at = end
  }
  return clusters
}

/** What follows a character joins it: marks, the second half of a flag, a skin tone, and whatever follows a joiner. */
export function endOfCluster(text: string, start: number): number {
  // Most characters are followed by one that joins nothing.
  if (text.charCodeAt(start + 1) < 0x300) return start + 1
  const first = text.codePointAt(start)!
  let code = first
  let at = start + (first > 0xffff ? 2 : 1)
  while (at < text.length) {
    const next = text.codePointAt(at)!
    if (next < 0x300) break
    const isSecondHalf = at - start === 2 && isRegionalIndicator(first) && isRegionalIndicator(next)
    const isJoined = code === 0x200d && widthOf(first) === 2
    if (!isSecondHalf && !isJoined && !isSkinTone(next) && widthOf(next) !== 0) break
    code = next
    at += next > 0xffff ? 2 : 1
  }
  return at
}

/** The width of the cluster that begins at `start`. */
export function widthFrom(text: string, start: number, end = endOfCluster(text, start)): 0 | 1 | 2 {
  const first = text.codePointAt(start)!
  const length = first > 0xffff ? 2 : 1
  if (end - start === length) return widthOf(first)
  // A flag of two halves, and a character that a variation selector makes an emoji.
  const isWider = isRegionalIndicator(first) ? end - start >= 4 : text.slice(start, end).includes('\ufe0f')
  return isWider ? 2 : widthOf(first)
}

const isRegionalIndicator = (code: number) => code >= 0x1f1e6 && code <= 0x1f1ff
const isSkinTone = (code: number) => code >= 0x1f3fb && code <= 0x1f3ff

const emoji = /^\p{Emoji_Presentation}$/u
const joining = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u

/** Cells of one character. */
export function widthOf(code: number): 0 | 1 | 2 {
  if (code < 0x300) return 1
  const known = code < 0x1_0000 ? widths[code] : 0
  if (known) return known === 3 ? 0 : known === 2 ? 2 : 1
  const text = String.fromCodePoint(code)
  const width = joining.test(text) ? 0 : isWide(code) || emoji.test(text) ? 2 : 1
  if (code < 0x1_0000) widths[code] = width === 0 ? 3 : width
  return width
}

/** Known widths of the basic plane: 0 for not known yet, 3 for none. */
const widths = new Uint8Array(0x1_0000)

// East Asian Wide and Fullwidth blocks of UAX #11, as ranges of code points.
const wideRanges = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3,
  0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18d08, 0x1aff0, 0x1b2fb,
  0x1f200, 0x1f265, 0x20000, 0x3fffd,
]

function isWide(code: number): boolean {
  for (let index = 0; index < wideRanges.length; index += 2) {
    if (code < wideRanges[index]!) return false
    if (code <= wideRanges[index + 1]!) return true
  }
  return false
}
