// A view gives every reader of arrays the same result as a plain array with the same lines.
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { LogView } from '../core/types.ts'
import { emptyLog } from './idle-state.ts'
import { appendLines } from './log-view.ts'

const texts = ['a', 'bb', '', 'a', 'é👍', '1', 'undefined']

function dropping(limit: number): LogView {
  let view = emptyLog
  for (const text of ['lost 1', 'lost 2', ...texts]) view = appendLines(view, [[text]], 'task', 1, limit)
  return view
}

function shared(): LogView {
  const view = appendLines(emptyLog, [texts], 'task', 1, Infinity)
  appendLines(view, [['of a newer view', 'and another']], 'task', 2, Infinity)
  return view
}

const views: [string, LogView, readonly string[]][] = [
  ['a whole log', appendLines(emptyLog, [texts], 'task', 1, Infinity), texts],
  ['a log that dropped lines', dropping(texts.length), texts],
  ['a log that keeps its last line', dropping(1), texts.slice(-1)],
  ['a log that keeps nothing', dropping(0), []],
  ['a view with newer views on the same lines', shared(), texts],
  ['an empty log', emptyLog, []],
]

const odd = [-Infinity, -100, -8, -7, -2, -1.5, -1, -0.5, -0, 0, 0.5, 1, 1.5, 6, 6.9, 7, 8, 100, Infinity, Number.NaN]
const odder = ['1', '-1', 'x', null, undefined, true, {}, [2]] as unknown as number[]
const indexes = [...odd, ...odder]

/** Reads something from an array. */
type Reader = (list: readonly string[]) => unknown

const readers: Record<string, Reader> = {
  length: (list) => list.length,
  spread: (list) => [...list],
  rest: ([first, ...rest]) => [first, rest],
  arguments: (list) => Math.max(...list.map(Number)),
  'for of': (list) => {
    const seen: string[] = []
    for (const line of list) seen.push(line)
    return seen
  },
  'for in': (list) => {
    const seen: string[] = []
    // oxlint-disable-next-line typescript/no-for-in-array, guard-for-in -- application code may read a log like this
    for (const key in list) seen.push(key)
    return seen
  },
  'Array.isArray': (list) => Array.isArray(list),
  // oxlint-disable-next-line unicorn/no-instanceof-builtins -- application code may read a log like this
  instanceof: (list) => list instanceof Array,
  'its constructor': (list) => list.constructor === Array,
  toStringTag: (list) => Object.prototype.toString.call(list),
  'as text': (list) => String(list),
  'as local text': (list) => list.toLocaleString(),
  'its value': (list) => list.valueOf() === list,
  'Array.from': (list) => Array.from(list, (line, index) => line + index),
  'Array.of': (list) => Array.of(...list),
  JSON: (list) => JSON.stringify({ list }),
  'Object.keys': (list) => Object.keys(list),
  'Object.values': (list) => Object.values(list),
  'Object.entries': (list) => Object.entries(list),
  'Object.assign': (list) => Object.assign({}, list),
  // oxlint-disable-next-line typescript/no-misused-spread -- application code may read a log like this
  'object spread': (list) => ({ ...list }),
  getOwnPropertyNames: (list) => Object.getOwnPropertyNames(list),
  getPrototypeOf: (list) => Object.getPrototypeOf(list) === Array.prototype,
  in: (list) => [...indexes, 'length', 'map', '00', '01', '1.0', '1e0', ' 1'].map((key) => (key as string) in list),
  hasOwn: (list) => ['0', '6', '7', '00', 'length', 'map', 'dropped', 'entry'].map((key) => Object.hasOwn(list, key)),
  'hasOwnProperty of objects': (list) =>
    ['0', '7', 'length', 'at'].map((key) => Object.prototype.hasOwnProperty.call(list, key)),
  'its own hasOwnProperty': (list) => ['0', '7', 'length'].map((key) => list.hasOwnProperty(key)),
  'propertyIsEnumerable of an index': (list) => ['0', '7', 'length'].map((key) => list.propertyIsEnumerable(key)),
  index: (list) => ['0', '6', '7', '-1', '01', '1.5', 'NaN', ''].map((key) => list[key as unknown as number]),
  at: (list) => indexes.map((index) => list.at(index)),
  'at without an index': (list) => (list.at as () => unknown)(),
  slice: (list) => indexes.flatMap((from) => indexes.map((to) => list.slice(from, to))),
  'slice from': (list) => [list.slice(), ...indexes.map((from) => list.slice(from))],
  concat: (list) => [list.concat(['x'], 'y'), ['x'].concat(list), ['x'].concat(list, list)],
  join: (list) => [list.join(), list.join('\n'), list.join('')],
  includes: (list) => [...texts, 'z', undefined].map((line) => list.includes(line as string)),
  'includes from': (list) => indexes.map((from) => list.includes('a', from)),
  indexOf: (list) => indexes.map((from) => list.indexOf('a', from)),
  lastIndexOf: (list) => indexes.map((from) => list.lastIndexOf('a', from)),
  find: (list) => [list.find((line) => line === 'a'), list.findIndex((line) => line === 'z')],
  findLast: (list) => [list.findLast((line) => line === 'a'), list.findLastIndex((line) => line === 'a')],
  every: (list) => [list.every(Boolean), list.some((line) => line === '')],
  filter: (list) => list.filter(Boolean),
  map: (list) => list.map((line, index, all) => [line, index, all.length]),
  flatMap: (list) => list.flatMap((line) => [line, line]),
  flat: (list) => [list.flat(), [list, [list]].flat(2)],
  forEach: (list) => {
    const seen: unknown[] = []
    // oxlint-disable-next-line unicorn/no-array-for-each -- application code may read a log like this
    list.forEach((line, index) => seen.push([line, index]))
    return seen
  },
  reduce: (list) => [list.reduce((all, line) => `${all}|${line}`, ''), list.reduceRight((all, line) => all + line, '')],
  keys: (list) => [...list.keys()],
  values: (list) => [...list.values()],
  entries: (list) => [...list.entries()],
  iterator: (list) => {
    const iterator = list[Symbol.iterator]()
    return [iterator.next(), iterator.next(), [...iterator], iterator.next()]
  },
  toReversed: (list) => list.toReversed(),
  toSorted: (list) => list.toSorted(),
  toSpliced: (list) => [list.toSpliced(1, 2, 'x'), list.toSpliced(-1, 1), list.toSpliced(0)],
  with: (list) => (list.length > 0 ? list.with(0, 'x') : 'none'),
  'generic methods': (list) => [
    Array.prototype.map.call(list, (line) => line),
    Array.prototype.slice.call(list, -2),
    Array.prototype.at.call(list, -1),
    Array.prototype.concat.call([], list),
    Array.prototype.includes.call(list, ''),
    Array.prototype.lastIndexOf.call(list, 'a'),
  ],
  Set: (list) => [...new Set(list)],
  'structuredClone of a slice': (list) => structuredClone(list.slice()),
  'Promise.all': (list) => list.length === [...list].length,
  'unknown properties': (list) => [Reflect.get(list, 'foo'), Reflect.get(list, Symbol('foo')), 'then' in list],
}

const writers: Record<string, (list: string[]) => unknown> = {
  push: (list) => list.push('x'),
  pop: (list) => list.pop(),
  shift: (list) => list.shift(),
  unshift: (list) => list.unshift('x'),
  splice: (list) => list.splice(0, 1),
  index: (list) => {
    list[0] = 'x'
  },
  length: (list) => {
    list.length = 0
  },
  delete: (list) => Reflect.deleteProperty(list, '0') || expect.fail('was deleted'),
  defineProperty: (list) => Object.defineProperty(list, '0', { value: 'x' }),
  'a new property': (list) => Object.assign(list, { foo: 1 }),
}

describe.each(views)('%s is an array to', (_, view, plain) => {
  it.each(Object.entries(readers))('%s', (_name, read) => {
    expect(read(view)).toEqual(read(plain))
  })

  it('deep equality', () => {
    expect(view).toEqual(plain)
    expect(plain).toEqual(view)
    expect(view).toStrictEqual([...plain])
    expect(view).not.toEqual([...plain, 'x'])
  })

  it.each(Object.entries(writers))('%s, which cannot modify it', (_name, write) => {
    const before = [...view]
    let isRefused = false
    try {
      write(view as unknown as string[])
    } catch {
      isRefused = true
    }
    expect(isRefused || plain.length === 0).toBe(true)
    expect([...view]).toEqual(before)
  })
})

describe('a frozen view', () => {
  it.each(['freeze', 'seal', 'preventExtensions'] as const)('by Object.%s keeps its lines', (name) => {
    const view = appendLines(emptyLog, [texts], 'task', 1, Infinity)
    const hold: (list: readonly string[]) => readonly string[] = Object[name]
    expect(hold(view)).toBe(view)
    expect(Object.isExtensible(view)).toBe(false)
    expect(Object.isFrozen(view)).toBe(name === 'freeze')
    for (const read of Object.values(readers)) expect(read(view)).toEqual(read(texts))
    expect(view.entry(1)).toMatchObject({ text: 'bb' })
    expect([view.dropped, view.revision]).toEqual([0, 0])
    const longer = appendLines(view, [['more']], 'task', 2, Infinity)
    expect([...longer]).toEqual([...texts, 'more'])
    expect([...view]).toEqual(texts)
  })

  it('does not affect other views', () => {
    Object.freeze(appendLines(emptyLog, [['x']], 'task', 1, Infinity))
    const other = appendLines(emptyLog, [['y', 'z']], 'task', 1, Infinity)
    expect(Object.keys(other)).toEqual(['0', '1'])
  })
})

it('a view has dropped, revision and entry', () => {
  const view = dropping(3)
  expect([view.dropped, view.revision, emptyLog.revision]).toEqual([6, 0, 0])
  expect([1.5, -1, 3, Number.NaN].map((index) => view.entry(index))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

it('is printed by Node as its lines', () => {
  expect(inspect(dropping(3))).toBe(inspect(texts.slice(-3)))
})
