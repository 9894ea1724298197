import { stripEscapes } from './escapes.ts'
import { collapseReturns } from './terminal-line.ts'

/** A line as a person reads it: without escape sequences, and without what carriage returns overwrote. */
export const plainText = (line: string): string => stripEscapes(collapseReturns(line))
