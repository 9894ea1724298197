// The width of text in the cells of a monospace grid, as in terminals.

/** Whether every character is visible and takes one cell. */
export const isPrintableAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** Cells of drawn text: two for wide characters (UAX #11) and emoji, zero for combining marks. */
export function columnsOf(text: string): number {
  if (isPrintableAscii(text)) return text.length
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += graphemeColumns(segment)
  return columns
}

export const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

const emoji = /\p{Emoji_Presentation}|\ufe0f/u
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** Cells of one grapheme cluster. */
export function graphemeColumns(grapheme: string): 0 | 1 | 2 {
  const code = grapheme.codePointAt(0) ?? 0
  if (code < 0x300) return grapheme.length > 1 && emoji.test(grapheme) ? 2 : 1
  if (isWide(code) || emoji.test(grapheme)) return 2
  return zeroWidth.test(grapheme) ? 0 : 1
}

// East Asian Wide and Fullwidth blocks of UAX #11, as ranges of code points.
const wideRanges = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3,
  0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18d08, 0x1aff0, 0x1b2fb,
  0x1f200, 0x1f265, 0x20000, 0x3fffd,
]

function isWide(code: number): boolean {
  for (let index = 0; index < wideRanges.length; index += 2) {
    if (code < (wideRanges[index] ?? 0)) return false
    if (code <= (wideRanges[index + 1] ?? 0)) return true
  }
  return false
}
