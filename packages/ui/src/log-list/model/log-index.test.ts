import { describe, expect, it } from 'vitest'
import { logView } from '../../testing/task-state.ts'
import { createLogIndex } from './log-index.ts'
import { foldedRanges, isFolded, sectionMark, sectionOf } from './log-sections.ts'

const never = () => false

function indexOf(lines: readonly string[], inferLevels = true) {
  const index = createLogIndex({ inferLevels, sections: true })
  index.read(lines, never)
  return index
}

describe('errors', () => {
  it('are counted once for a traceback, whose last line is its title', () => {
    const index = indexOf([
      'starting',
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in <module>',
      '    main()',
      'ValueError: bad',
      'WARNING: slow disk',
      'Exception in thread "main" java.lang.IllegalStateException: x',
      '\tat a.b.C(D.java:1)',
      'Caused by: java.io.IOException: y',
      '\t... 3 more',
      'done',
    ])
    const { errors, warnings } = index
    expect(errors).toEqual([
      { start: 2, end: 5, title: 5 },
      { start: 7, end: 10, title: 7 },
    ])
    expect(warnings).toEqual([{ start: 6, end: 6, title: 6 }])
    expect(index.level(['', '', ''], 2)).toBe('error')
  })

  it('are those of the service only, if levels are not inferred', () => {
    const index = indexOf(['ERROR: x', 'fine'], false)
    expect(index.errors).toEqual([])
    index.read([{ text: 'a', source: 'run', level: 'error', receivedAt: 0 }], never)
    expect(index.errors).toHaveLength(1)
  })

  it('are forgotten with lines that are written again', () => {
    const index = createLogIndex({ inferLevels: true, sections: true })
    index.read(
      Object.assign([...logView(['a', 'ERROR: x'])], {
        dropped: 0,
        revision: 0,
        open: 2,
        entry: () => undefined,
      }) as never,
      never,
    )
    expect(index.errors).toHaveLength(1)
    index.read(
      Object.assign([...logView(['a', 'fine'])], { dropped: 0, revision: 1, open: 2, entry: () => undefined }) as never,
      never,
    )
    expect(index.errors).toEqual([])
  })

  it('continue as lines are added, in slices, and begin again with another log', () => {
    const lines = Array.from({ length: 1_000 }, (_, at) => (at % 100 === 0 ? `ERROR ${at}` : 'ok'))
    const index = createLogIndex({ inferLevels: true, sections: true })
    let slices = 1
    while (!index.read(lines, () => true)) slices += 1
    expect(slices).toBeGreaterThan(5)
    expect(index.errors).toHaveLength(10)
    index.read([...lines, 'ERROR last'], never)
    expect(index.errors.at(-1)).toEqual({ start: 1_001, end: 1_001, title: 1_001 })
    index.read(['ERROR other'], never)
    expect(index.errors).toHaveLength(1)
  })
})

describe('sections', () => {
  it.each([
    ['::group::Install', { title: 'Install' }],
    ['2026-01-05T12:00:00.000Z ##[group]Run actions/checkout', { title: 'Run actions/checkout' }],
    ['\u001B[36m::group::Install\u001B[0m', { title: 'Install' }],
    ['section_start:1560896352:my_section[collapsed=true]\r\u001B[0KHeader of it', { title: 'Header of it' }],
    ['section_end:1560896352:my_section\r\u001B[0K', 'end'],
    ['::endgroup::', 'end'],
    ['##[endgroup]', 'end'],
    ['grouping::group', null],
    ['the ::group:: command', null],
    ['--- a/file.txt', null],
    ['--- PASS: TestX (0.00s)', null],
  ])('of %j', (line, mark) => {
    expect(sectionMark(line)).toEqual(mark)
  })

  it('fold when the next begins, unless they have errors or the reader chose', () => {
    const lines = [
      'before',
      '::group::one',
      'a',
      '::endgroup::',
      '::group::two',
      'ERROR: x',
      '::endgroup::',
      '::group::three',
      'b',
    ]
    const index = indexOf(lines)
    expect(index.sections.map(isFolded)).toEqual([true, false, false])
    // The lines of the first, and the end mark of the second.
    expect(foldedRanges(index.sections)).toEqual([3, 4, 7, 7])
    index.fold(index.sections[0]!, false)
    expect(foldedRanges(index.sections)).toEqual([4, 4, 7, 7])
    index.fold(null, true)
    expect(foldedRanges(index.sections)).toEqual([3, 4, 6, 7, 9, Infinity])
  })

  it('may stand in others, to a depth of three', () => {
    const lines = [
      '::group::1',
      '::group::2',
      '::group::3',
      '::group::4',
      'x',
      '::endgroup::',
      '::endgroup::',
      '::endgroup::',
    ]
    const { sections } = indexOf(lines)
    expect(sections.map(({ depth }) => depth)).toEqual([0, 1, 2, 2])
    expect(sectionOf(sections, 5)?.title).toBe('4')
    expect(sections.map(({ end }) => end)).toEqual([8, 7, 3, 6])
  })

  it('end nothing where none has begun, and ten thousand are read at once', () => {
    expect(indexOf(['::endgroup::', 'a']).sections).toEqual([])
    const lines = Array.from({ length: 10_000 }, (_, at) => [`::group::${at}`, 'x', '::endgroup::']).flat()
    const { sections } = indexOf(lines)
    expect(foldedRanges(sections)).toHaveLength(2 * 10_000)
  })
})
