import { describe, expect, it } from 'vitest'
import { parseProgress, readProgress } from './progress.ts'

const rows: [string, [number, number] | undefined][] = [
  [' 45%|████▌     | 45/100 [00:10<00:12,  4.50it/s]', [45, 100]],
  ['100%|██████████| 30/30 [00:03<00:00, 9.7it/s]', [30, 30]],
  ['\r  0%|          | 0/50 [00:00<?, ?it/s]\r  2%|▏         | 1/50 [00:00<00:09, 5.1it/s]', [1, 50]],
  ['Sampling:  33%|███▎      | 10/30', [10, 30]],
  ['step 12/50', [12, 50]],
  ['Step 12 / 50: loss 0.4', [12, 50]],
  ['epoch 3/10', [3, 10]],
  ['frame 7/60', [7, 60]],
  ['Downloading 45%', [45, 100]],
  ['\u001B[32m45.5%\u001B[0m', [45.5, 100]],
  ['0%', [0, 100]],
  ['date 12/05/2024', undefined],
  ['ratio 3/4', undefined],
  ['GET /a/1/2', undefined],
  ['250%', undefined],
  ['step 60/50', undefined],
  ['step 1/0', undefined],
  ['nothing', undefined],
  ['', undefined],
]

describe('progress in a log line', () => {
  it.each(rows)('%j', (line, expected) => {
    const progress = parseProgress(line)
    expect(progress && [progress.current, progress.total]).toEqual(expected)
    expect(progress?.fraction).toBe(expected && expected[0] / expected[1])
  })

  it('takes linear time on a hostile line', () => {
    expect(parseProgress(`${'1'.repeat(2_000_000)}/`)).toBeUndefined()
    expect(parseProgress(`${'1 / '.repeat(500_000)}%`)).toBeUndefined()
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
