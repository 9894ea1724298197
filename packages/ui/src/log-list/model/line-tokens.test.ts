import { beforeAll, describe, expect, it } from 'vitest'
import { plainText } from '../../text/plain-text.ts'
import { loadTerminal } from '../../text/terminal.ts'
import { lineColumns } from './line-cells.ts'
import { lineTokens as tokensOf } from './line-tokens.ts'
import * as terminal from '@inferstream/client/terminal'
import { changePen, defaultPen } from '@inferstream/client/terminal'

const esc = '\u001b['
const lineTokens = (line: string, pen = defaultPen) => tokensOf(line, pen, terminal)
const texts = (line: string) => lineTokens(line).map(({ text }) => text)
const text = (line: string) => texts(line).join('')

beforeAll(loadTerminal)

describe('a line shows', () => {
  it.each([
    { name: 'the last redraw of a progress bar', line: ' 0%| |\r50%|#|\r99%|##|', shown: '99%|##|' },
    { name: 'the rest that a shorter text did not overwrite', line: 'abcdef\rXY', shown: 'XYcdef' },
    { name: 'nothing after an erase', line: `abcdef\rXY${esc}K`, shown: 'XY' },
    { name: 'nothing of an erased line', line: `abcdef\r${esc}2KXY`, shown: 'XY' },
    { name: 'nothing for a carriage return at the end', line: 'abc\r', shown: 'abc' },
    { name: 'wide characters overwritten cell by cell', line: '宽字符\rab', shown: 'ab字符' },
    { name: 'tabs at their stops', line: 'a\tb', shown: 'a       b' },
    { name: 'what the cursor skips as spaces', line: `a${esc}5Cb${esc}?25l`, shown: 'a     b' },
    { name: 'the redraw after a column was chosen', line: `10%${esc}2K${esc}1G20%`, shown: '20%' },
    { name: 'no letters of a character set', line: '\u001b(Ba\u001b7b\u001b=', shown: 'ab' },
    { name: 'composed characters', line: 'e\u0301', shown: 'é' },
    { name: 'no unfinished escape', line: `a${esc}38;5`, shown: 'a' },
    { name: 'no unfinished link', line: 'a\u001b]8;;https://example.com', shown: 'a' },
    { name: 'U+FFFD for a lone surrogate', line: 'a\ud800b', shown: 'a\ufffdb' },
    { name: 'no other control characters', line: 'a\u0000\u0007b\u0085', shown: 'ab' },
    { name: 'markup as text', line: '<img src=x onerror=alert(1)>', shown: '<img src=x onerror=alert(1)>' },
  ])('$name', ({ line, shown }) => {
    expect(text(line)).toBe(shown)
    expect(plainText(line)).toBe(shown)
    expect(lineColumns(line, terminal)).toBe(
      Array.from(shown).reduce((sum, each) => sum + (each > '\u2e80' && each < '\uff00' ? 2 : 1), 0),
    )
  })

  it('keeps the colour of text that was not overwritten', () => {
    const tokens = lineTokens(`${esc}31mred and long${esc}0m\r${esc}32mgreen`)
    expect(tokens.map((token) => [token.text, token.style?.fg ?? null])).toEqual([
      ['green', 'green'],
      ['nd long', 'red'],
    ])
  })
})

describe('colours', () => {
  it('continue from the lines before', () => {
    expect(lineTokens('still', changePen(defaultPen, '33'))[0]?.style?.fg).toBe('yellow')
  })

  it.each([
    [`${esc}31mx`, 'red', null],
    [`${esc}97;44mx`, 'bright-white', 'blue'],
    [`${esc}38;5;208mx`, 'rgb(255, 135, 0)', null],
    [`${esc}38;5;244mx`, 'rgb(128, 128, 128)', null],
    [`${esc}38;2;1;2;3mx`, 'rgb(1, 2, 3)', null],
    [`${esc}7mx`, 'background', 'foreground'],
    [`${esc}38;5mx`, null, null],
    [`${esc}999mx`, null, null],
  ])('%j', (line, fg, bg) => {
    const style = lineTokens(line)[0]?.style
    expect([style?.fg ?? null, style?.bg ?? null]).toEqual([fg, bg])
  })
})

const link = (url: string) => lineTokens(`\u001b]8;;${url}\u0007x\u001b]8;;\u0007`)[0]?.href

it('is shown without escapes until the grammar is loaded', () => {
  expect(tokensOf(`10%\r${esc}31mred\t${esc}0m`, defaultPen, null)).toEqual([
    { text: 'red        ', style: null, href: null },
  ])
})

describe('links', () => {
  it('lead to http and https only', () => {
    expect(link('https://example.com/a')).toBe('https://example.com/a')
    for (const url of [
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'data:text/html,x',
      'file:///etc',
      '//x',
      'vbscript:x',
    ]) {
      expect(link(url)).toBeNull()
    }
  })

  it('are found in the text, without the punctuation after them', () => {
    const tokens = lineTokens('see https://example.com/a?b=c, or (http://x.test/y).')
    expect(tokens.filter(({ href }) => href).map(({ text: found }) => found)).toEqual([
      'https://example.com/a?b=c',
      'http://x.test/y',
    ])
    expect(tokens.map(({ text: found }) => found).join('')).toBe('see https://example.com/a?b=c, or (http://x.test/y).')
  })
})

describe('strange lines', () => {
  it.each([
    { name: 'ten megabytes', line: 'x'.repeat(10_000_000) },
    { name: 'ten megabytes of carriage returns', line: 'abc\r'.repeat(2_500_000) },
    { name: 'ten megabytes with one carriage return', line: `${'y'.repeat(5_000_000)}\r${'x'.repeat(4_999_999)}` },
    { name: 'ten megabytes of escapes', line: `${esc}31m`.repeat(2_000_000) },
    { name: 'ten megabytes of unfinished links', line: '\u001b]8;;'.repeat(2_000_000) },
  ])('are drawn in bounded time: $name', ({ line }) => {
    // Time that grows with the square of the length would be hours.
    expect(() => [lineTokens(line), lineColumns(line, terminal)]).not.toThrow()
  })
})
