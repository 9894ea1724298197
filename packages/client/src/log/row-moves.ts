/* oxlint-disable no-control-regex -- control characters are what this file looks for */
/**
 * Whether a text moves the cursor to another row, other than by LF, or saves its place. Until then each line is a row.
 * Erasing below the last row (`ESC [ J`) erases nothing that is not in its line.
 */
export function movesRows(text: string): boolean {
  return special.test(text) && rowMoves.test(text)
}

const special = /[\v\f\x1b\x84\x85\x9b]/
const rowMoves =
  /[\v\f\x84\x85]|\x1b[78DEMc]|(?:\x1b\[|\x9b)(?:[\d;]*(?:[ABEFHLMSTdefrsu]|[123]J|\^)|\?(?:[12]J|(?:47|104[789])[hl])|!p)/
