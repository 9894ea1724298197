/* oxlint-disable no-control-regex -- control characters are what this file looks for */
/**
 * Whether a text moves the cursor to another row, other than by LF, or saves its place. Until then each line is a row.
 * Erasing below the last row (`ESC [ J`) erases nothing that is not in its line. Controls of eight bits are not looked for:
 * this is asked of every line, and in UTF-8 they do not occur.
 */
export function movesRows(text: string): boolean {
  if (text.includes('\x1b')) return rowMoves.test(text)
  return text.includes('\f') || text.includes('\v')
}

const rowMoves = /[\v\f]|\x1b[78DEMc]|\x1b\[(?:[\d;]*(?:[ABEFHLMSTdefrsu^]|[123]J)|\?(?:[12]J|(?:47|104[789])[hl])|!p)/
