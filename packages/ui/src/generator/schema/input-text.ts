// An input as the text of JSON. Files stand in it by their names, and are found again by them.

import { isBlob } from './json.ts'

interface NamedFile {
  readonly $file: string
}

const byName = (_: string, value: unknown) => (isBlob(value) ? ({ $file: nameOf(value) } satisfies NamedFile) : value)

/** @returns '' for undefined. */
export function textOf(input: unknown): string {
  try {
    return JSON.stringify(input, byName, 2) ?? ''
  } catch {
    // A cycle, given by the page.
    return ''
  }
}

export type ReadText = { readonly value: unknown } | { readonly line: number | null }

/** @param before The input whose files the text may name. */
export function readText(text: string, before: unknown): ReadText {
  const files = new Map<string, Blob>()
  collect(before, files)
  try {
    const value: unknown = JSON.parse(text, (_, item: unknown) => {
      const name = typeof item === 'object' && item !== null && '$file' in item ? item.$file : null
      return (typeof name === 'string' && files.get(name)) || item
    })
    return { value }
  } catch (error) {
    return { line: lineOf(text, String(error)) }
  }
}

export const nameOf = (file: Blob): string => ('name' in file && typeof file.name === 'string' ? file.name : 'file')

function collect(value: unknown, files: Map<string, Blob>) {
  if (isBlob(value)) files.set(nameOf(value), value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item, files)
}

/** Browsers say the line, the position, or that the text ends too early. */
function lineOf(text: string, message: string): number | null {
  const line = /line (\d+)/.exec(message)?.[1]
  if (line !== undefined) return Number(line)
  const position =
    /position (\d+)/.exec(message)?.[1] ?? (/end of|EOF/i.test(message) ? String(text.length) : undefined)
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length
}
