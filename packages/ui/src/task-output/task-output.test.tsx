import { fireEvent, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { describePart, loosen } from '../testing/part-conformance.tsx'
import { jsonRows, jsonText } from './model/json-rows.ts'
import { TaskOutput, TaskOutputPrimitive as P } from './index.ts'

const host = 'https://cloud.example/files'

describe('Root', () => {
  const Root = loosen(P.Root)
  describePart({ slot: 'task-output', part: (props) => <Root output="a" {...props} /> })
})

describe('Preview', () => {
  const Preview = loosen(P.Preview)
  describePart({
    slot: 'task-output-preview',
    part: (props) => (
      <P.Root output="a" partial>
        <Preview {...props} />
      </P.Root>
    ),
  })

  it('names its Root in the error when it is used alone', () => {
    expect(() => render(<Preview />)).toThrow(/Put it inside TaskOutputPrimitive\.Root/)
  })
})

describe('an output', () => {
  it('is never nothing', async () => {
    const outputs: unknown[] = [
      null,
      {},
      [],
      '',
      0,
      'a',
      { a: 1 },
      [1, 2],
      `${host}/a.pdf`,
      `${host}/a.mp3`,
      { url: 'javascript:x' },
    ]
    for (const output of outputs) {
      const { container, unmount } = render(<TaskOutput output={output} />)
      await screen.findByRole('region', { name: 'Result' })
      await expect.poll(() => container.querySelector('[data-slot^="task-output-"]')).not.toBeNull()
      unmount()
    }
  })

  it('names its pictures, and a preview as one', () => {
    const { rerender } = render(<TaskOutput output={`${host}/a.png`} alt="a lake" partial />)
    expect(screen.getByRole('img', { name: 'Preview: a lake' })).toHaveAttribute('referrerpolicy', 'no-referrer')
    const frame = screen.getByRole('button')
    rerender(<TaskOutput output={`${host}/b.png`} alt="a lake" />)
    expect(screen.getByRole('img', { name: 'a lake' })).toHaveAttribute('src', `${host}/b.png`)
    expect(screen.getByRole('button')).toBe(frame)
    rerender(<TaskOutput output={[`${host}/a.png`, `${host}/b.png`]} alt="a lake" />)
    expect(screen.getByRole('img', { name: 'a lake, 2 of 2' })).toBeInTheDocument()
  })

  it('that does not load says so, and can be tried again', async () => {
    render(<TaskOutput output={`${host}/a.png`} alt="a lake" />)
    fireEvent.error(screen.getByRole('img'))
    expect(screen.getByText('Could not be loaded. The link may have expired.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    expect(screen.getByRole('img')).toHaveAttribute('src', `${host}/a.png`)
  })

  it('of unknown type that is no picture is a file', () => {
    render(<TaskOutput output={`${host}/01m8`} />)
    fireEvent.error(screen.getByRole('img'))
    expect(screen.getByText('01m8')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'Download' })).toHaveAttribute('rel', 'noopener noreferrer')
  })

  it('is text on a server too', () => {
    expect(renderToString(<TaskOutput output={{ response: '<b>a</b>' }} />)).toContain('&lt;b&gt;a&lt;/b&gt;')
  })
})

describe('a tree of values', () => {
  it('is open for two levels, by choice further', () => {
    const value = { a: { b: { c: 1 } } }
    expect(jsonRows(value, new Map()).map(({ path }) => path)).toEqual(['/a', '/a/b'])
    expect(jsonRows(value, new Map([['/a/b', true]])).map(({ path }) => path)).toEqual(['/a', '/a/b', '/a/b/c'])
    expect(jsonRows(value, new Map([['/a', false]])).map(({ path }) => path)).toEqual(['/a'])
  })

  it('may hold itself, and keys of any kind', () => {
    const value: Record<string, unknown> = { 'a/b': 1, '~': 2, constructor: 3 }
    value['self'] = value
    const rows = jsonRows(value, new Map([['/self', true]]))
    expect(rows.map(({ path }) => path)).toEqual(['/a~1b', '/~0', '/constructor', '/self'])
    expect(rows.at(-1)).toMatchObject({ isCircular: true, isOpen: false })
    expect(jsonText(value)).toBe('{\n  "a/b": 1,\n  "~": 2,\n  "constructor": 3\n}')
  })

  it('is copied although it is deep', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep }
    expect(jsonText(deep).length).toBeGreaterThan(100)
    expect(jsonText(12n)).toBe('"12"')
  })
})
