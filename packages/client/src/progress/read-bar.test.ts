import { describe, expect, it } from 'vitest'
import { lineText } from '../log/terminal.ts'
import { otherLines, progressLines } from './progress-corpus.ts'
import { readBar } from './read-bar.ts'

const n = 0
/** Lines that the grammar was not made for. */
const others: [string, number, number][] = [
  ['[03:12] 45% ▐█████     ▌ 450/1000', 450, 1000],
  ['Synchronizing database... 12%', 12, 100],
  ['   12% |███                | 120/1000 blocks', 120, 1000],
  ['Checking 1200/3400 hashes', 1200, 3400],
  ['Reading package 3 of 12', 3, 12],
  ['Minting NFT 3/10', 3, 10],
  ['Decompressing archive: 42.0 %', 42, 100],
  ['unpack-objects: 30% (300/1000)', 300, 1000],
  ['Checking out files:  77% (770/1000)', 770, 1000],
  ['Copying: 1.5GiB/3.0GiB (50%)', 1.5, 3],
  ['pass1: 12% done', 12, 100],
  ['Quantizing layer 12/48', 12, 48],
  ['Processing batch 7 of 20...', 7, 20],
  ['[PROGRESS] 33', n, 0],
  ['INFO 33% [12/36] Compiling', 12, 36],
  ['45%', 45, 100],
  ['(45%) Rendering', 45, 100],
  ['Rendering (45%)', 45, 100],
  ['Render: 45%', n, 0],
  ['Epoch 1/1: 100%|██████████| 938/938 [00:12<00:00, 74.6batch/s]', 938, 938],
  ['Evaluating: 50%|█████     | 5/10 [00:01<00:01,  4.2it/s, ppl=12.3]', 5, 10],
  ['Generating train split: 100%|██████████| 25000/25000 [00:01<00:00, 14236.12 examples/s]', 25_000, 25_000],
  ['Downloading shards:  50%|█████     | 1/2 [01:02<01:02, 62.1s/it]', 1, 2],
  ['train: Epoch 2: 12% 120/1000', 120, 1000],
  ['Installing dependencies from lock file: 12 of 80', 12, 80],
  ['stage 2/5: compile', 2, 5],
  ['45.5% [Working]', 45.5, 100],
  ['Loading weights: 1.2/4.7 GB', 1.2, 4.7],
  ['12 / 48 tiles rendered', 12, 48],
  ['12 / 48 completed', 12, 48],
  ['retry 2/3: downloading 12%', 12, 100],
  ['12% of requests failed', n, 0],
  ['memory: 12% [===      ]', n, 0],
  ['disk [######    ] 60%', n, 0],
  ['usage 45% ████▌', n, 0],
  ['95% CI [0.1, 0.3]', n, 0],
  ['p < 5%', n, 0],
  ['uses 12/24 cores', n, 0],
  ['3/4 cup', n, 0],
  ['4/4 time signature', n, 0],
  ['listening on 0.0.0.0/0', n, 0],
  ['loaded 12/12 plugins', 12, 12],
  ['error 3/4: timeout', n, 0],
  ['Test Suites: 1 failed, 11 passed, 12 total', n, 0],
  ['100% of the time', n, 0],
  ['10/10 would recommend', n, 0],
  ['Cost: $12/50', n, 0],
  ['q=28.0 45%', n, 0],
  ['mean IoU 45% (12/27)', n, 0],
  ['step: 12, loss: 3/4', n, 0],
]

const read = (line: string) => readBar(lineText(line))
const readings: [string, string, number, number, string?][] = Object.entries(progressLines).flatMap(
  ([program, lines]) => lines.map((line) => [program, ...line] as const),
)

describe('what a person reads in a line of', () => {
  const bars = readings.filter(([, , , total]) => total > 0)

  it.each(bars)('%s: %j', (_program, line, current, total, label) => {
    const bar = read(line)
    expect(bar).toMatchObject({ current, total })
    expect(label === undefined || bar?.label === label).toBe(true)
  })

  it.each(readings.filter(([, , , total]) => total === 0))('%s is no progress: %j', (_, line) => {
    expect(read(line)).toBeNull()
  })

  it('covers many programs', () => {
    expect(Object.keys(progressLines).length).toBeGreaterThanOrEqual(25)
    expect(bars.length).toBeGreaterThanOrEqual(120)
    expect(otherLines.length).toBeGreaterThanOrEqual(120)
  })
})

it.each(otherLines)('no progress is in %j', (line) => {
  expect(read(line)).toBeNull()
})

it.each(others)('%j', (line, current, total) => {
  expect(read(line) ?? { current: 0, total: 0 }).toMatchObject({ current, total })
})

it('takes linear time on hostile lines', () => {
  for (const piece of ['1', '1 / ', '1% ', '[=', '(1/', 'ing ', '1,', '= ', '█', 'a '])
    expect(() => read(`${piece.repeat(500_000)}%/`)).not.toThrow()
})
