import { describe, expect, it } from 'vitest'
import { TaskLog } from './task-log.ts'

const limits = { recordBytes: 40, keptCharacters: 100_000 }

/** What a reader has that received every growth: the record's text, then lines by their position. */
function read(
  pieces: readonly string[],
  asLines = false,
  recordBytes = limits.recordBytes,
): { record: string; lines: string[]; gaps: number } {
  const log = new TaskLog({ ...limits, recordBytes }, asLines)
  let record = ''
  const lines: string[] = []
  let gaps = 0
  for (const growth of [...pieces.flatMap((piece) => log.append(piece)), ...log.finish()]) {
    if (growth.kind === 'record') record = Buffer.from(log.recordContent(growth.bytes), 'base64').toString()
    else {
      const { offset, lines: added } = log.slice(growth.from, growth.to)
      const known = record.split('\n').length - 1
      if (offset !== known + lines.length) gaps++
      lines.push(...added)
    }
  }
  return { record, lines, gaps }
}

/** The lines of a reader of the record and of the arrays. */
function linesOf({ record, lines }: { record: string; lines: string[] }): string[] {
  const whole = record.split('\n')
  const unfinished = whole.pop() ?? ''
  // If arrays follow, they contain the unfinished line whole.
  return lines.length > 0 ? [...whole, ...lines] : unfinished === '' ? whole : [...whole, unfinished]
}

const texts = [
  { name: 'short lines', text: 'one\ntwo\nthree\n' },
  { name: 'more than the record holds', text: Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('') },
  { name: 'an unfinished last line', text: 'first line is here\nsecond line is here\nthird line is here\nfourth' },
  { name: 'one line longer than the record', text: `${'x'.repeat(90)}\nnext\n` },
  { name: 'a progress bar', text: `start\n${'\r 10%|x '.repeat(12)}\nend\n` },
  { name: 'letters of two, three and four bytes', text: 'äöü é\n漢字かな交じり文\n🌊🌊🌊🌊🌊🌊🌊🌊\nß\n' },
  { name: 'empty lines', text: '\n\n\na\n\n\n' },
]

describe('a log', () => {
  it.each(texts)('sends every line once and in order, wherever its text is cut: $name', ({ text }) => {
    const characters = Array.from(text)
    for (let cut = 0; cut <= characters.length; cut++) {
      const pieces = [characters.slice(0, cut).join(''), characters.slice(cut).join('')]
      const result = read(pieces)
      expect(linesOf(result)).toEqual(linesOf({ record: text, lines: [] }))
      expect(result.gaps).toBe(0)
    }
    expect(linesOf(read(characters))).toEqual(linesOf({ record: text, lines: [] }))
  })

  it.each(texts)('sends the same lines as arrays from the start: $name', ({ text }) => {
    const expected = linesOf({ record: text, lines: [] })
    expect(read([text], true)).toEqual({ record: '', lines: expected, gaps: 0 })
    expect(read(Array.from(text), true)).toEqual({ record: '', lines: expected, gaps: 0 })
  })

  it('treats CRLF as a line end too, and keeps any other CR', () => {
    expect(read(['one\r\ntwo\r', '\n\rthree\rfour\n'], true).lines).toEqual(['one', 'two', '\rthree\rfour'])
  })

  it('keeps its record within the limit, and the record only grows', () => {
    const log = new TaskLog(limits)
    let before = ''
    for (let index = 0; index < 50; index++) {
      for (const growth of log.append(`line ${index}\n`)) {
        if (growth.kind !== 'record') continue
        const text = Buffer.from(log.recordContent(growth.bytes), 'base64').toString()
        expect(text.startsWith(before)).toBe(true)
        expect(growth.bytes).toBeLessThanOrEqual(limits.recordBytes)
        before = text
      }
    }
    expect(before.endsWith('\n')).toBe(true)
  })

  it('can be read as of any earlier moment', () => {
    const log = new TaskLog(limits)
    const [first] = log.append('one\n')
    log.append('two\n')
    expect(first).toEqual({ kind: 'record', bytes: 4 })
    expect(Buffer.from(log.recordContent(4), 'base64').toString()).toBe('one\n')
  })

  it('returns its whole text, unfinished line included', () => {
    for (const { text } of texts) {
      const log = new TaskLog(limits)
      for (const character of text) log.append(character)
      expect(log.fullText()).toEqual({ text, offset: 0 })
    }
  })

  it('drops the oldest lines beyond its limit and reports where the rest begins', () => {
    const log = new TaskLog({ recordBytes: 0, keptCharacters: 4_000 }, true)
    for (let index = 0; index < 1_000; index++) log.append(`line ${index}\n`)
    const { offset, lines } = log.slice(0, 1_000)
    expect(offset).toBeGreaterThan(800)
    expect(lines[0]).toBe(`line ${offset}`)
    expect(lines.at(-1)).toBe('line 999')
    expect(log.keptCharacters).toBeLessThanOrEqual(4_000)
    expect(log.fullText()).toEqual({ offset, text: `${lines.join('\n')}\n` })
  })

  it('frees the positions of dropped lines', () => {
    const log = new TaskLog({ recordBytes: 0, keptCharacters: 4_000 }, true)
    const batch = Array.from({ length: 1_000 }, (_, index) => `${index}\n`).join('')
    for (let round = 0; round < 200; round++) log.append(batch)
    expect(log.lineCount).toBe(200_000)
    expect(log.slice(199_999, 200_000)).toEqual({ offset: 199_999, lines: ['999'] })
  })
})
