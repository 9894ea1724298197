import { loadedTerminal, roughText } from './terminal.ts'

/** The text of a line as it is shown, searched and copied. */
export const plainText = (line: string): string => loadedTerminal()?.lineText(line) ?? roughText(line)
