import { describe, expect, it } from 'vitest'
import { calculate } from './calculate.ts'

describe('calculate', () => {
  it.each([
    ['17 * 23', '391'],
    ['0.1 + 0.2', '0.3'],
    ['2 ^ 10 - 24', '1000'],
    ['-2 ^ 2', '-4'],
    ['sqrt(16) + abs(-3)', '7'],
    ['10 % 4', '2'],
    ['5!', '120'],
    ['1 / 3', '0.33333333333333'],
    ['cos(pi)', '-1'],
    ['1 / 0', 'Infinity'],
  ])('%s = %s', (expression, value) => {
    expect(calculate(expression)).toBe(value)
  })

  it.each([
    ['import("fs")', /string|arithmetic|import|no function/i],
    ['[1, 2]', /arithmetic/],
    ['1:1e9', /arithmetic/],
    ['x = 3', /arithmetic/],
    ['f(x) = x', /arithmetic/],
    ['"text"', /no number/],
    ['constructor', /no function or constant "constructor"/],
    ['a.b', /arithmetic/],
    ['2 +', /end of expression/i],
    ['sqrt(-1)', /no real number/],
    ['', /arithmetic|number/],
    ['1+'.repeat(200) + '1', /longer than 200/],
  ])('says why %s has no value', (expression, reason) => {
    expect(() => calculate(expression)).toThrow(reason)
  })
})
