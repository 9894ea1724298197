import { describe, expect, it } from 'vitest'
import { isMarkdown, sectionsOf } from './markdown-text.ts'

describe('a text', () => {
  it.each([
    ['# A lake\n\nIt lay still.', true],
    ['It has **one** bold word.', true],
    ['```js\nlet a\n```', true],
    ['- one\n- two', true],
    ['1. one\n2. two', true],
    ['| a | b |\n|---|---|\n| 1 | 2 |', true],
    ['See [the page](https://a.example/x).', true],
    ['The lake lay still.\nNothing moved.', false],
    ['- a dash, and no list', false],
    ['#hashtag and 2 * 3 * 4', false],
    ['a | b', false],
    ['', false],
    [`# a\n${'> '.repeat(40)}b`, false],
    [`# a\n${' '.repeat(200)}- b`, false],
    [`# ${'x'.repeat(300_000)}`, false],
    [`# a\n${'*a_ '.repeat(4_000)}`, false],
    [`# a\n\n\`\`\`\n${'a_b '.repeat(4_000)}\n\`\`\`\n`, true],
    [`# a\n${'*a_ b\n\n'.repeat(4_000)}`, true],
  ])('%j', (text, expected) => {
    expect(isMarkdown(text)).toBe(expected)
  })

  it('is cut whatever is repeated in it, without endless backtracking', () => {
    for (const piece of ['|', '-|', '**a', '[a](', '- a\n\n', '`', '# ']) {
      const text = piece.repeat(40_000).slice(0, 99_000)
      isMarkdown(text)
      expect(sectionsOf(text).join('')).toBe(text)
    }
  })
})

describe('sections', () => {
  it('begin with headings, and not within code', () => {
    const text = 'intro\n# one\na\n```sh\n# no heading\n```\n## two\nb'
    expect(sectionsOf(text)).toEqual(['intro\n', '# one\na\n```sh\n# no heading\n```\n', '## two\nb'])
    expect(sectionsOf(text).join('')).toBe(text)
  })

  it('are one where links are defined apart', () => {
    expect(sectionsOf('# a\n[x]\n# b\n[x]: https://a.example')).toHaveLength(1)
  })
})
