import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { describePart, loosen } from '../testing/part-conformance.tsx'
import { jsonRows } from './model/json-rows.ts'
import { jsonText } from './model/json-text.ts'
import { TaskOutput, TaskOutputPrimitive as P } from './index.ts'

const answering = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn<typeof fetch>(answer))
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

  describe('that does not load', () => {
    afterEach(() => vi.unstubAllGlobals())

    it.each([
      [404, 'The file is no longer there.'],
      [403, 'The link has expired, or may not be opened.'],
      [503, 'Could not be loaded: the server answered 503.'],
      [200, 'This browser cannot show this file.'],
    ])('says why where its server answers %d, and can be tried again', async (status, text) => {
      answering(() => Promise.resolve(new Response('x', { status })))
      render(<TaskOutput output={`${host}/a.png`} alt="a lake" />)
      fireEvent.error(screen.getByRole('img'))
      expect(await screen.findByText(text)).toBeInTheDocument()
      await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
      expect(screen.getByRole('img')).toHaveAttribute('src', `${host}/a.png`)
    })

    it('leaves the preview before in its place where one is gone while the run goes on', () => {
      const { rerender } = render(<TaskOutput output={`${host}/1.png`} partial alt="a lake" />)
      fireEvent.load(screen.getByRole('img'))
      rerender(<TaskOutput output={`${host}/2.png`} partial alt="a lake" />)
      fireEvent.error(screen.getByRole('img'))
      expect(screen.getByRole('img')).toHaveAttribute('src', `${host}/1.png`)
      rerender(<TaskOutput output={`${host}/3.png`} alt="a lake" />)
      expect(screen.getByRole('img')).toHaveAttribute('src', `${host}/3.png`)
    })

    it('says so where its server cannot be asked', async () => {
      answering(() => Promise.reject(new TypeError('Failed to fetch')))
      render(<TaskOutput output={`${host}/a.png`} alt="a lake" />)
      fireEvent.error(screen.getByRole('img'))
      expect(await screen.findByText('Could not be loaded. The link may have expired.')).toBeInTheDocument()
    })

    it('is shown as what its first bytes are', async () => {
      answering(() => Promise.resolve(new Response(Uint8Array.from('OggS', (char) => char.charCodeAt(0)))))
      const { container } = render(<TaskOutput output={`${host}/a.png`} />)
      fireEvent.error(screen.getByRole('img'))
      await waitFor(() => expect(container.querySelector('audio')).not.toBeNull())
    })

    it('of unknown type, is a file', async () => {
      answering(() => Promise.reject(new TypeError('Failed to fetch')))
      render(<TaskOutput output={`${host}/01m8`} />)
      fireEvent.error(screen.getByRole('img'))
      expect(await screen.findByText('01m8')).toBeInTheDocument()
      expect(screen.getByRole('link', { name: 'Download' })).toHaveAttribute('rel', 'noopener noreferrer')
    })
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
