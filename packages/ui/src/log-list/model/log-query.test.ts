import { describe, expect, it } from 'vitest'
import { compile, isLinear, readQuery } from './log-query.ts'

const read = (query: string, regex = false) => readQuery({ query, regex, matchCase: false })
const shape = (query: string) => {
  const found = read(query)
  if (found === null || found === 'invalid') return found
  const { wanted, unwanted, expressions, levels } = found
  return [
    wanted.map(({ source }) => source),
    unwanted.map(({ source }) => source),
    expressions.map(({ source, isExcluded }) => `${isExcluded ? '-' : ''}${source}`),
    levels && [...levels].join(' '),
  ]
}

describe('a query', () => {
  it.each([
    ['', null],
    ['   ', null],
    ['disk full', [['disk', 'full'], [], [], null]],
    ['"disk full" -retry', [['disk full'], ['retry'], [], null]],
    ['a.b', [[String.raw`a\.b`], [], [], null]],
    ['-"no such" x', [['x'], ['no such'], [], null]],
    ['/loss=\\d+/ epoch', [['epoch'], [], [String.raw`loss=\d+`], null]],
    ['/usr/bin', [[String.raw`\/usr\/bin`], [], [], null]],
    ['level:warn+', [[], [], [], 'warn error']],
    ['level:error oom', [['oom'], [], [], 'error']],
    ['-level:error', [[], [], [], 'debug info warn']],
    ['-/a+/ b', [['b'], [], ['-a+'], null]],
    ['level:loud', [['level:loud'], [], [], null]],
    ['/(/', 'invalid'],
    ['"open', [['open'], [], [], null]],
    ['-', [['-'], [], [], null]],
  ])('%j', (query, expected) => {
    expect(shape(query)).toEqual(expected)
  })

  it('finds composed characters whichever way they were typed', () => {
    const found = read('cafe\u0301')
    expect(found !== null && found !== 'invalid' && found.wanted[0]?.test('un café')).toBe(true)
  })

  it('reads an expression by characters, not by halves of them', () => {
    expect(compile('^a.b$', 'iu')?.test('a👍b')).toBe(true)
    expect(compile(String.raw`\p{L}+`, 'iu')?.test('é')).toBe(true)
    expect(compile(String.raw`a\-b`, 'iu')?.test('a-b')).toBe(true)
    expect(compile('(', 'iu')).toBeNull()
  })

  it.each([
    ['error|warn', true],
    ['[abc]d.', true],
    [String.raw`a\.b`, true],
    ['(a+)+$', false],
    ['a{9}', false],
    [String.raw`(a)\1`, false],
  ])('knows whether %j is linear', (source, expected) => {
    expect(isLinear(source)).toBe(expected)
  })
})
