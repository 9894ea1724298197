import { describe, expect, it } from 'vitest'
import { noBars } from './bars.ts'
import { followLine, progressOf, readProgress } from './read-progress.ts'

const percent = (fraction: number) => String(Math.floor(fraction * 100))
const layer = (id: string, at: number) => `${id}: Downloading [==>  ] ${at}MB/100MB`

/** What is shown after each line: the fraction in percent, and that of the inner bar. */
function shownAfter(lines: readonly string[]): string[] {
  let bars = noBars
  return lines.map((line) => {
    bars = followLine(bars, line)
    const progress = progressOf(bars)
    if (!progress) return '-'
    return progress.inner
      ? `${percent(progress.fraction)} (${percent(progress.inner.fraction)})`
      : percent(progress.fraction)
  })
}

const up = '\u001B[A'
const bar = (at: number, total: number, label = '') =>
  `\r${label}${label && ': '}${Math.floor((100 * at) / total)}%|██| ${at}/${total} [00:01<00:02]`

describe('the bar that is shown', () => {
  it('is the outer one of nested bars, whose first inner loop ends below 100 %', () => {
    expect(
      shownAfter([
        bar(0, 3, 'epochs'),
        `${bar(0, 20, 'steps')}${up}`,
        `${bar(10, 20, 'steps')}${up}`,
        `${bar(20, 20, 'steps')}${up}${bar(1, 3, 'epochs')}`,
        `${bar(0, 20, 'steps')}${up}`,
        `${bar(20, 20, 'steps')}${up}${bar(3, 3, 'epochs')}`,
      ]),
    ).toEqual(['0', '0 (0)', '0 (50)', '33', '33 (0)', '100'])
  })

  it('is the bar of the work after a finished download', () => {
    expect(shownAfter([bar(5, 10, 'download'), bar(10, 10, 'download'), bar(0, 50), bar(25, 50)])).toEqual([
      '50',
      '100',
      '0',
      '50',
    ])
  })

  it('is the bar of the work after a download whose last redraw was not printed', () => {
    const lines = [bar(9, 10, 'download'), ...[0, 1, 2, 3, 4, 5].map((at) => bar(at, 50))]
    expect(shownAfter(lines).at(-1)).toBe('10')
  })

  it('never goes backwards, but starts again where it is another bar', () => {
    expect(shownAfter(['step 30/50', 'step 20/50', 'step 40/50', 'frame 1/10'])).toEqual(['60', '60', '80', '80'])
    expect(shownAfter(['step 30/50', 'step 50/50', 'frame 1/10'])).toEqual(['60', '100', '10'])
    expect(shownAfter([bar(20, 20), bar(1, 20)])).toEqual(['100', '5'])
  })

  it('counts the epochs of Keras, with the steps within', () => {
    expect(
      shownAfter([
        'Epoch 1/4',
        '10/100 [=>....] - ETA: 3s',
        '100/100 [=====] - 3s',
        'Epoch 2/4',
        '50/100 [==>...] - ETA: 1s',
      ]),
    ).toEqual(['25', '25 (10)', '25 (100)', '50', '50 (50)'])
  })

  it('stays where several bars are drawn side by side', () => {
    expect(
      shownAfter([
        layer('a1', 10),
        layer('b2', 50),
        layer('c3', 5),
        layer('a1', 20),
        layer('b2', 60),
        layer('a1', 100),
        layer('b2', 70),
      ]),
    ).toEqual(['10', '10', '10', '20', '20', '100', '70'])
  })

  it('is read from the last redraws of a line, with the cursor anywhere', () => {
    expect(shownAfter([`${bar(1, 9)}${bar(2, 9)}${bar(3, 9)}`])).toEqual(['33'])
    expect(shownAfter(['\u001B[2K\u001B[1G 10%|# | 1/10'])).toEqual(['10'])
    expect(shownAfter([`${bar(1, 10).repeat(100_000)}${bar(7, 10)}`])).toEqual(['70'])
  })

  it('is remembered in bounded space', () => {
    let bars = noBars
    for (let index = 1; index < 1_000; index++) bars = followLine(bars, `file ${index}.bin: 10%|█ | 10/${100 + index}`)
    expect(bars.list.length).toBeLessThanOrEqual(16)
  })
})

describe('progress sent by an app', () => {
  it('is a fraction of a positive total', () => {
    expect(readProgress({ current: 1, total: 4, unit: 'samples' })).toEqual({
      current: 1,
      total: 4,
      unit: 'samples',
      fraction: 0.25,
      source: 'app',
    })
    expect(readProgress({ current: 9, total: 4 })?.fraction).toBe(1)
    expect(readProgress({ current: -1, total: 4 })?.fraction).toBe(0)
    expect(readProgress({ current: 1, total: 4, label: 'download' })?.label).toBe('download')
  })

  it.each([
    null,
    5,
    {},
    { current: 1 },
    { current: 1, total: 0 },
    { current: Number.NaN, total: 2 },
    { current: '1', total: 2 },
  ])('is not %j', (value) => expect(readProgress(value)).toBeUndefined())
})
