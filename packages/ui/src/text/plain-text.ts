import { stripEscapes } from './escapes.ts'
import { collapseReturns } from './terminal-line.ts'

/** The visible text of a line: without escape sequences, and without text that carriage returns overwrote. */
export const plainText = (line: string): string => stripEscapes(collapseReturns(line))
