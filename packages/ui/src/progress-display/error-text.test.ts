import { describe, expect, it } from 'vitest'
import { readError } from './error-text.ts'

const python = `Traceback (most recent call last):
  File "/app/run.py", line 12, in <module>
    main()
  File "/app/run.py", line 9, in main
    model.to("cuda")
torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
`
const node = `TypeError: Cannot read properties of undefined (reading 'x')
    at render (/app/a.js:3:1)
    at main (/app/b.js:9:2)`

describe('an error in one sentence', () => {
  it.each([
    {
      name: 'is itself if it has one line',
      message: 'The scene has no camera.',
      sentence: 'The scene has no camera.',
      lines: null,
    },
    {
      name: 'is the last exception of a traceback',
      message: python,
      sentence: 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
      lines: 6,
    },
    {
      name: 'is the exception above the frames of JavaScript',
      message: node,
      sentence: "TypeError: Cannot read properties of undefined (reading 'x')",
      lines: 3,
    },
    {
      name: 'is the first line of several',
      message: '\nnot enough memory\nsee the log',
      sentence: 'not enough memory',
      lines: 3,
    },
    { name: 'is empty for nothing', message: '', sentence: '', lines: null },
  ])('$name', ({ message, sentence, lines }) => {
    const error = readError(message)
    expect(error.sentence).toBe(sentence)
    expect(error.details === null ? null : error.lines).toBe(lines)
  })

  it('is cut if it is very long, and is still there whole', () => {
    const error = readError('x'.repeat(10_000))
    expect(error.sentence.length).toBeLessThan(300)
    expect(error.details).toHaveLength(10_000)
  })
})
