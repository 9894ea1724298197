import { fireEvent, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { describePart, loosen } from '../../testing/part-conformance.tsx'
import { logView } from '../../testing/task-state.ts'
import { KitProvider } from '../../provider/index.ts'
import { LogList, LogListPrimitive as P } from '../index.ts'

const entries = [
  { text: 'one', source: 'setup' as const, level: 'info' as const },
  { text: 'two', source: 'run' as const, level: 'error' as const },
]

const parts = [
  { slot: 'log-list-toolbar', Part: loosen(P.Toolbar) },
  { slot: 'log-list-search', Part: loosen(P.Search) },
  { slot: 'log-list-match-count', Part: loosen(P.MatchCount) },
  { slot: 'log-list-previous', Part: loosen(P.Previous) },
  { slot: 'log-list-next', Part: loosen(P.Next) },
  { slot: 'log-list-level-filter', Part: loosen(P.LevelFilter) },
  { slot: 'log-list-source-filter', Part: loosen(P.SourceFilter) },
  { slot: 'log-list-wrap', Part: loosen(P.Wrap) },
  { slot: 'log-list-timestamps', Part: loosen(P.Timestamps) },
  { slot: 'log-list-copy', Part: loosen(P.Copy) },
  { slot: 'log-list-download', Part: loosen(P.Download) },
  { slot: 'log-list-menu', Part: loosen(P.Menu) },
  { slot: 'log-list-soft-wrap', Part: loosen(P.SoftWrap) },
  { slot: 'log-list-full-screen', Part: loosen(P.FullScreen) },
  { slot: 'log-list-follow', Part: loosen(P.Follow) },
  { slot: 'log-list-viewport', Part: loosen(P.Viewport) },
  { slot: 'log-list-count', Part: loosen(P.Count) },
  { slot: 'log-list-jump-to-latest', Part: loosen(P.JumpToLatest), follow: false },
  { slot: 'log-list-empty', Part: loosen(P.Empty), lines: [] },
  { slot: 'log-list-truncated', Part: loosen(P.Truncated), lines: logView(['a'], 3) },
]

const lineParts = [
  { slot: 'log-list-line', Part: loosen(P.Line) },
  { slot: 'log-list-number', Part: loosen(P.LineNumber) },
  { slot: 'log-list-time', Part: loosen(P.LineTime) },
  { slot: 'log-list-level', Part: loosen(P.LineLevel) },
  { slot: 'log-list-content', Part: loosen(P.LineContent) },
]

describe.each(lineParts)('$slot', ({ slot, Part }) => {
  describePart({
    slot,
    part: (props) => (
      <P.Root lines={[{ text: 'two', source: 'run', level: 'error', receivedAt: 0 }]} timestamps>
        {/* The line that only measures has parts too; the suite looks at the first. */}
        <P.Viewport>{(line) => (line.probe ? null : <Part line={line} {...props} />)}</P.Viewport>
      </P.Root>
    ),
  })
})

describe('Root', () => {
  const Root = loosen(P.Root)
  describePart({ slot: 'log-list', part: (props) => <Root lines={entries} {...props} /> })
})

describe.each(parts)('$slot', ({ slot, Part, lines = entries, follow = true }) => {
  // jsdom has neither a writable clipboard nor object URLs.
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => {} }))
  describePart({
    slot,
    part: (props) => (
      <P.Root lines={lines} follow={follow}>
        <Part {...props} />
      </P.Root>
    ),
  })

  it('names its Root in the error when it is used alone', () => {
    expect(() => render(<Part />)).toThrow(/Put it inside LogListPrimitive\.Root/)
  })
})

const current = () => document.querySelector('[data-current]')?.textContent

describe('the log', () => {
  it('is a log that is not announced, has a name, and can be focused', () => {
    render(<LogList lines={['a']} label="Build" />)
    const log = screen.getByRole('log', { name: 'Build' })
    expect(log).toHaveAttribute('aria-live', 'off')
    expect(log).toHaveAttribute('tabindex', '0')
    expect(log).toHaveAttribute('dir', 'ltr')
  })

  it.each(['f', 'F'])('is searched with Ctrl+%s, with and without Caps Lock', async (key) => {
    render(<LogList lines={['a']} />)
    await screen.findByRole('toolbar')
    fireEvent.keyDown(screen.getByRole('log'), { key, ctrlKey: true })
    expect(screen.getByRole('searchbox')).toHaveFocus()
  })

  it('copies what the filter shows, without escapes, the unfinished line too', async () => {
    const user = userEvent.setup()
    render(
      <LogList
        lines={[{ text: '\u001b[31mred\u001b[0m', source: 'run', level: 'error' }, ...entries]}
        pending={'10%\r20%'}
      />,
    )
    await user.click(await screen.findByRole('button', { name: 'Copy' }))
    expect(await navigator.clipboard.readText()).toBe('red\none\ntwo\n20%\n')
    expect(screen.getByRole('button', { name: 'Copied' })).toBeInTheDocument()
    await user.selectOptions(screen.getByRole('combobox', { name: 'Level' }), 'error')
    await user.click(screen.getByRole('button', { name: 'Copied' }))
    expect(await navigator.clipboard.readText()).toBe('red\ntwo\n20%\n')
  })

  it('saves a file of the given name', async () => {
    const saved: { name: string; text: Promise<string> }[] = []
    const blobs: Blob[] = []
    vi.stubGlobal(
      'URL',
      Object.assign(URL, {
        createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
        revokeObjectURL: () => {},
      }),
    )
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, text: blobs.at(-1)?.text() ?? Promise.resolve('') })
    })
    render(<LogList lines={['a', '\u001b[1mb\u001b[0m']} filename="render.log" />)
    await userEvent.click(await screen.findByRole('button', { name: 'Download' }))
    expect(saved[0]?.name).toBe('render.log')
    expect(await saved[0]?.text).toBe('a\nb\n')
    click.mockRestore()
  })

  it('reports an invalid expression, and finds nothing', async () => {
    render(<LogList lines={['a(b']} />)
    await userEvent.click(await screen.findByRole('button', { name: 'Regular expression' }))
    const field = screen.getByRole('searchbox')
    await userEvent.type(field, 'a(')
    expect(field).toHaveAttribute('aria-invalid', 'true')
    expect(screen.getByRole('status')).toHaveTextContent('Not a regular expression')
  })

  it('ignores keys while the focus is elsewhere', async () => {
    render(
      <>
        <LogList lines={['a']} />
        <button type="button">elsewhere</button>
      </>,
    )
    await screen.findByRole('searchbox')
    screen.getByRole('button', { name: 'elsewhere' }).focus()
    await userEvent.keyboard('/w')
    expect(screen.getByRole('searchbox')).not.toHaveFocus()
    expect(screen.getByRole('button', { name: 'Wrap lines' })).toHaveAttribute('aria-pressed', 'true')
  })

  it('moves between its tools with the arrow keys', async () => {
    render(<LogList lines={['a']} />)
    ;(await screen.findByRole('button', { name: 'Wrap lines' })).focus()
    await userEvent.keyboard('{ArrowRight}')
    expect(screen.getByRole('button', { name: 'Show times' })).toHaveFocus()
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(screen.getByRole('button', { name: 'Match case' })).toHaveFocus()
    await userEvent.keyboard('{End}')
    expect(screen.getByRole('button', { name: 'More' })).toHaveFocus()
    await userEvent.keyboard('{Home}')
    expect(screen.getByRole('searchbox')).toHaveFocus()
  })

  it('is one stop of Tab for all its tools, and within the field arrows move the caret first', async () => {
    const user = userEvent.setup()
    render(<LogList lines={['ab']} />)
    await screen.findByRole('searchbox')
    await user.tab()
    expect(screen.getByRole('searchbox')).toHaveFocus()
    await user.keyboard('ab{ArrowLeft}{ArrowRight}')
    expect(screen.getByRole('searchbox')).toHaveFocus()
    await user.keyboard('{ArrowRight}')
    expect(screen.getByRole('button', { name: 'Regular expression' })).toHaveFocus()
    await user.tab()
    expect(screen.getByRole('log')).toHaveFocus()
    await user.tab({ shift: true })
    expect(screen.getByRole('button', { name: 'Regular expression' })).toHaveFocus()
  })

  it('opens a menu of further tools, closed by Escape, which gives the focus back', async () => {
    const user = userEvent.setup()
    render(<LogList lines={['a']} />)
    const button = await screen.findByRole('button', { name: 'More' })
    expect(button).toHaveAttribute('aria-expanded', 'false')
    await user.click(button)
    const menu = screen.getByRole('group', { name: 'More' })
    expect(menu).toContainElement(screen.getByRole('button', { name: 'Full screen' }))
    await user.keyboard('{Escape}')
    expect(button).toHaveFocus()
    expect(menu).not.toBeInTheDocument()
  })

  it('counts errors and warnings that it reads from the text, and goes to them', async () => {
    const user = userEvent.setup()
    render(<LogList lines={['a', 'ERROR: one', 'b', 'WARNING: slow', 'error: two']} />)
    await user.click(await screen.findByRole('button', { name: '2 errors, go to the next' }))
    expect(current()).toContain('ERROR: one')
    await user.click(screen.getByRole('button', { name: '1 warning, go to the next' }))
    expect(current()).toContain('WARNING: slow')
    screen.getByRole('log').focus()
    await user.keyboard('e')
    expect(current()).toContain('error: two')
    await user.keyboard('{Shift>}E{/Shift}')
    expect(current()).toContain('ERROR: one')
    expect(document.querySelectorAll('[data-level="error"][data-slot="log-list-line"]')).toHaveLength(2)
  })

  it('reads no levels from the text with `inferLevels={false}`, and no sections with `sections={false}`', async () => {
    const lines = ['ERROR: one', '::group::a', 'x', '::endgroup::']
    const { rerender } = render(<LogList lines={lines} />)
    expect(await screen.findByRole('button', { name: /1 error,/ })).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'a 1 line' })).toHaveAttribute('aria-expanded', 'true')
    rerender(<LogList lines={lines} inferLevels={false} sections={false} />)
    expect(await screen.findByText('::endgroup::')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: /1 error,/ })).not.toBeInTheDocument()
  })

  it.each(['en_US', '', 'C', 'no such locale'])('draws with the locale %j and times that are none', (locale) => {
    const lines = [{ text: 'one', source: 'run' as const, receivedAt: Number.NaN }]
    render(
      <KitProvider locale={locale}>
        <LogList lines={lines} timestamps />
      </KitProvider>,
    )
    expect(screen.getByText('one')).toBeInTheDocument()
  })

  it('never runs a script from a hostile log', () => {
    const { container } = render(
      <LogList
        lines={[
          '<img src=x onerror=alert(1)><script>alert(1)</script>',
          '\u001b]8;;javascript:alert(1)\u0007click\u001b]8;;\u0007',
          'javascript:alert(1) data:text/html,<script>alert(1)</script>',
        ]}
      />,
    )
    expect(container.querySelector('img, script, a')).toBeNull()
  })
})
