/// <reference types="@vitest/browser-playwright" />
import '../styles.css'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cdp, page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { logView } from '../testing/task-state.ts'
import { LogList, LogListPrimitive } from './index.ts'

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`)

const log = () => {
  const element = page.getByRole('log').element()
  if (!(element instanceof HTMLElement)) throw new Error('the log is not an HTML element')
  return element
}

const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

/** Numbers of the visible lines, including partly visible ones. */
function seen(): number[] {
  const box = log().getBoundingClientRect()
  return [...log().querySelectorAll('[data-slot="log-list-rows"] > [data-slot="log-list-line"]')].flatMap((line) => {
    const { top, bottom } = line.getBoundingClientRect()
    const number = Number(line.querySelector('[data-slot="log-list-number"]')?.textContent)
    return bottom > box.top + 1 && top < box.bottom - 1 ? [number] : []
  })
}

describe('following', () => {
  it('keeps the end in view as lines arrive', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 500)} />)
    expect(seen().at(-1)).toBe(500)
    for (const end of [501, 560, 2_000]) {
      await rerender(<LogList lines={numbered(1, end)} />)
      expect(seen().at(-1)).toBe(end)
    }
    expect(log().scrollTop).toBeCloseTo(log().scrollHeight - log().clientHeight, -1)
  })

  it('shows the last line completely', async () => {
    await render(<LogList lines={numbered(1, 500)} />)
    const line = page.getByText('line 500', { exact: true }).element().getBoundingClientRect()
    const box = log().getBoundingClientRect()
    expect(line.bottom).toBeLessThanOrEqual(box.bottom)
    expect(line.bottom).toBeGreaterThan(box.bottom - 24)
  })

  it('stops when scrolling up, not on a click, and starts again with End', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 500)} />)
    await userEvent.click(page.getByRole('log'))
    await rerender(<LogList lines={numbered(1, 501)} />)
    expect(seen().at(-1)).toBe(501)
    log().scrollTop -= 400
    await frame()
    const before = seen()
    await rerender(<LogList lines={numbered(1, 700)} />)
    expect(seen()).toEqual(before)
    await expect.element(page.getByRole('button', { name: 'Jump to latest, 199 new' })).toBeVisible()
    page.getByRole('button', { name: 'Jump to latest, 199 new' }).element().focus()
    await userEvent.keyboard('{Enter}')
    expect(log()).toHaveFocus()
    await userEvent.keyboard('{Home}')
    await userEvent.keyboard('{End}')
    expect(seen().at(-1)).toBe(700)
    await rerender(<LogList lines={numbered(1, 900)} />)
    expect(seen().at(-1)).toBe(900)
  })

  it('does not move the reader while old lines are dropped above', async () => {
    const { rerender } = await render(<LogList lines={logView(numbered(1, 500))} />)
    log().scrollTop = 4_000
    await frame()
    const before = seen()
    await rerender(<LogList lines={logView(numbered(101, 600), 100)} />)
    expect(seen()).toEqual(before)
    await rerender(<LogList lines={logView(numbered(401, 900), 400)} />)
    expect(seen()[0]).toBe(401)
    await expect.element(page.getByText('400 older lines dropped')).toBeVisible()
  })

  it('stays at the end when the box shrinks', async () => {
    const { container } = await render(<LogList lines={numbered(1, 500)} />)
    const root = container.querySelector<HTMLElement>('[data-slot="log-list"]')
    for (const height of ['120px', '300px', '90px']) {
      root?.style.setProperty('block-size', height)
      await frame()
      expect(seen().at(-1)).toBe(500)
    }
  })
})

describe('lines and rows', () => {
  // Everything that can break the grid: tabs, wide characters, emoji, escapes, box drawing, long words.
  const strange = Array.from({ length: 300 }, (_, index) => {
    const kinds = [
      'plain text that is short',
      `long ${'word '.repeat(index % 60)}`,
      `tab\t${'\tx'.repeat(index % 9)}`,
      `宽字符${'漢字'.repeat(index % 40)}`,
      `emoji ${'👩‍🚀🎉'.repeat(index % 20)}`,
      `\u001b[31mred ${'r'.repeat(index)}\u001b[0m`,
      'x'.repeat((index * 7) % 400),
      '',
    ]
    return kinds[index % kinds.length] ?? ''
  })

  it.each([
    [320, false],
    [500, false],
    [900, false],
    [320, true],
    [900, true],
  ])('have the computed height, %d px wide, wrapping at spaces: %s', async (width, softWrap) => {
    const { container } = await render(
      <div style={{ inlineSize: width }}>
        <LogList lines={strange} follow={false} softWrap={softWrap} />
      </div>,
    )
    let checked = 0
    const rowHeight = 20
    for (let top = 0; top < log().scrollHeight - log().clientHeight; top += 300) {
      log().scrollTop = top
      await frame()
      const lines = [...container.querySelectorAll('[data-slot="log-list-rows"] > [data-slot="log-list-line"]')]
      const first = lines[0]?.getBoundingClientRect().top ?? 0
      // The first line begins where the rows before it end, so model and page agree on all of them.
      const drift = (log().getBoundingClientRect().top + 8 - first - (top % rowHeight)) % rowHeight
      expect(Math.min(Math.abs(drift), rowHeight - Math.abs(drift))).toBeLessThan(1.5)
      for (const line of lines) {
        const { height } = line.getBoundingClientRect()
        expect(Math.abs(height / rowHeight - Math.round(height / rowHeight))).toBeLessThan(0.05)
        checked += 1
      }
    }
    expect(checked).toBeGreaterThan(250)
  })

  it('leave no gap if a font draws narrower than the grid', async () => {
    // Soft hyphens: one cell each, but drawn with no width.
    const narrow = Array.from({ length: 300 }, (_, index) => `${index + 1} ${'\u00adx'.repeat(120)}`)
    await render(<LogList lines={narrow} follow={false} />)
    for (const top of [0, 1_000, 3_010]) {
      log().scrollTop = top
      await frame()
      const lowest = [...log().querySelectorAll('[data-slot="log-list-rows"] > *')].at(-1)?.getBoundingClientRect()
      expect(lowest?.bottom).toBeGreaterThanOrEqual(log().getBoundingClientRect().bottom - 10)
    }
  })

  it('are few in the document, whatever their number', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 100)} />)
    const few = log().querySelectorAll('*').length
    await rerender(<LogList lines={numbered(1, 200_000)} />)
    expect(Math.abs(log().querySelectorAll('*').length - few)).toBeLessThan(10)
  })

  it('can all be reached if they exceed the maximum height of an element', async () => {
    const lines = Array.from({ length: 900_000 }, (_, index) => `line ${index + 1}`)
    await render(<LogList lines={lines} follow={false} />)
    expect(seen()[0]).toBe(1)
    expect(log().scrollHeight).toBeLessThan(17_000_000)
    log().scrollTop = log().scrollHeight / 2
    await frame()
    const middle = seen()[0] ?? 0
    expect(middle).toBeGreaterThan(449_000)
    expect(middle).toBeLessThan(451_000)
    // A wheel moves by pixels of content, not by the thousands of lines that a pixel of scrollTop represents.
    log().scrollTop += 100
    await frame()
    expect(seen()[0]).toBeLessThanOrEqual(middle + 6)
    log().focus()
    await userEvent.keyboard('{End}')
    expect(seen().at(-1)).toBe(900_000)
    await userEvent.keyboard('{Home}')
    expect(seen()[0]).toBe(1)
  })

  it('scroll horizontally if they do not wrap', async () => {
    await render(<LogList lines={['short', 'x'.repeat(500), 'short']} wrap={false} />)
    expect(log().scrollWidth).toBeGreaterThan(log().clientWidth * 2)
    const wrapped = page.getByRole('button', { name: 'Wrap lines' })
    await userEvent.click(wrapped)
    await frame()
    expect(log().scrollWidth).toBeLessThanOrEqual(log().clientWidth + 1)
  })
})

/** The real wheel, at a point of this page. */
async function wheel(x: number, y: number, deltaY: number) {
  const frameBox = window.frameElement?.getBoundingClientRect()
  const scale = frameBox ? frameBox.width / window.innerWidth : 1
  await cdp().send('Input.dispatchMouseEvent', {
    type: 'mouseWheel',
    x: (frameBox?.left ?? 0) + x * scale,
    y: (frameBox?.top ?? 0) + y * scale,
    deltaX: 0,
    deltaY,
  })
  await frame()
}

/** The real mouse, at a point of this page. */
async function mouse(type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number) {
  const frameBox = window.frameElement?.getBoundingClientRect()
  const scale = frameBox ? frameBox.width / window.innerWidth : 1
  await cdp().send('Input.dispatchMouseEvent', {
    type,
    x: (frameBox?.left ?? 0) + x * scale,
    y: (frameBox?.top ?? 0) + y * scale,
    button: 'left',
    buttons: type === 'mouseReleased' ? 0 : 1,
    clickCount: 1,
  })
  await frame()
}

/** What Ctrl+C puts into the clipboard; null if the browser handles it. */
async function copied(): Promise<string | null> {
  let text: string | null = null
  const listen = (event: ClipboardEvent) => {
    if (event.defaultPrevented) text = event.clipboardData?.getData('text/plain') ?? null
  }
  window.addEventListener('copy', listen)
  await userEvent.keyboard('{Control>}c{/Control}')
  window.removeEventListener('copy', listen)
  return text
}

describe('selection', () => {
  it('survives new lines, and stops following', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 500)} />)
    const node = page.getByText('line 495', { exact: true }).element()
    getSelection()?.selectAllChildren(node)
    await expect.poll(copied).toBe('line 495')
    for (const end of [520, 600, 900]) await rerender(<LogList lines={numbered(1, end)} />)
    expect(getSelection()?.toString()).toBe('line 495')
    expect(seen()).toContain(495)
    getSelection()?.removeAllRanges()
  })

  it('that is dragged beyond the edge scrolls, and copies every line it covered', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 2_000)} follow={false} />)
    const from = page.getByText('line 3', { exact: true }).element().getBoundingClientRect()
    const box = log().getBoundingClientRect()
    await mouse('mousePressed', from.left, from.top + 10)
    await mouse('mouseMoved', from.left + 40, from.top + 60)
    await mouse('mouseMoved', from.left + 30, box.bottom + 20)
    await expect.poll(() => seen()[0] ?? 0, { timeout: 30_000 }).toBeGreaterThan(60)
    await rerender(<LogList lines={numbered(1, 2_100)} follow={false} />)
    await mouse('mouseMoved', from.left + 30, box.bottom - 60)
    const last = page
      .getByText(/^line \d+$/)
      .elements()
      .at(-4)
    const end = last?.getBoundingClientRect()
    await mouse('mouseMoved', end?.right ?? 0, (end?.top ?? 0) + 10)
    await mouse('mouseReleased', end?.right ?? 0, (end?.top ?? 0) + 10)
    const upTo = Number(last?.textContent?.slice(5))
    expect(upTo).toBeGreaterThan(60)
    expect(await copied()).toBe(numbered(3, upTo).join('\n'))
    // Scrolling and new lines do not change the selection.
    log().scrollTop = 20_000
    await frame()
    await rerender(<LogList lines={numbered(1, 2_500)} follow={false} />)
    expect(await copied()).toBe(numbered(3, upTo).join('\n'))
    log().scrollTop = 0
    await frame()
    expect(getSelection()?.toString()).toMatch(/^line 3\s+line 4\s/)
    await userEvent.click(page.getByText('line 5', { exact: true }))
    expect(getSelection()?.isCollapsed).toBe(true)
    expect(await copied()).toBeNull()
  })

  it('works upwards as well as downwards, and with the wheel', async () => {
    await render(<LogList lines={numbered(1, 2_000)} follow={false} />)
    log().scrollTop = 10_000
    await frame()
    const last = page
      .getByText(/^line \d+$/)
      .elements()
      .at(-5)
    const upTo = Number(last?.textContent?.slice(5))
    const from = last?.getBoundingClientRect()
    await mouse('mousePressed', from?.right ?? 0, (from?.top ?? 0) + 10)
    await mouse('mouseMoved', (from?.right ?? 0) - 10, (from?.top ?? 0) - 40)
    for (let turns = 0; turns < 40; turns += 1) log().scrollTop -= 250
    await expect.poll(() => seen()[0]).toBe(1)
    const first = page.getByText('line 2', { exact: true }).element().getBoundingClientRect()
    await mouse('mouseMoved', first.left, first.top + 10)
    await mouse('mouseReleased', first.left, first.top + 10)
    expect(await copied()).toBe(numbered(2, upTo).join('\n'))
    await userEvent.click(page.getByRole('log'))
  })

  it('of everything includes lines that are not on screen', async () => {
    await render(<LogList lines={numbered(1, 1_000)} pending="unfinished" />)
    log().focus()
    await expect
      .poll(async () => {
        await userEvent.keyboard('{Control>}a{/Control}')
        return copied()
      })
      .toBe([...numbered(1, 1_000), 'unfinished'].join('\n'))
    await userEvent.click(page.getByRole('log'))
  })

  it('does not include line numbers', async () => {
    await render(<LogList lines={['alpha', 'beta', 'gamma']} />)
    getSelection()?.selectAllChildren(log())
    expect(getSelection()?.toString().trim().split(/\n+/)).toEqual(expect.arrayContaining(['alpha', 'beta', 'gamma']))
    expect(getSelection()?.toString()).not.toMatch(/[123]/)
    getSelection()?.removeAllRanges()
  })
})

describe('lines of parts', () => {
  it('have the same layout as the lines that Viewport draws by itself', async () => {
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1} ${'word '.repeat(index % 40)}`)
    await render(
      <LogListPrimitive.Root lines={lines} follow={false} style={{ inlineSize: 500 }}>
        <LogListPrimitive.Viewport>
          {(line) => (
            <LogListPrimitive.Line line={line}>
              <LogListPrimitive.LineContent line={line} />
              <LogListPrimitive.LineNumber line={line} style={{ inlineSize: '10ch' }} />
            </LogListPrimitive.Line>
          )}
        </LogListPrimitive.Viewport>
      </LogListPrimitive.Root>,
    )
    for (const top of [0, 2_000, 9_000]) {
      log().scrollTop = top
      await frame()
      for (const line of log().querySelectorAll('[data-slot="log-list-rows"] > *')) {
        const rows = line.getBoundingClientRect().height / 20
        expect(Math.abs(rows - Math.round(rows))).toBeLessThan(0.05)
      }
      const first = log().querySelector('[data-slot="log-list-rows"] > *')?.getBoundingClientRect().top ?? 0
      expect((log().getBoundingClientRect().top + 8 - first - (top % 20)) % 20).toBeCloseTo(0, 0)
    }
    await userEvent.click(page.getByRole('log'))
    await userEvent.keyboard('{End}')
    expect(seen().at(-1)).toBe(400)
  })
})

describe('without the toolbar', () => {
  it('the lines alone work', async () => {
    await render(
      <LogListPrimitive.Root lines={numbered(1, 300)} style={{ blockSize: 200 }}>
        <LogListPrimitive.Viewport />
      </LogListPrimitive.Root>,
    )
    expect(seen().at(-1)).toBe(300)
  })
})

/** Replaces or removes the page's clipboard during a test. */
function withClipboard(clipboard: Pick<Clipboard, 'writeText'> | undefined) {
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'clipboard'))
}

describe('Copy', () => {
  it('works on a page without https, where `navigator.clipboard` is missing', async () => {
    withClipboard(undefined)
    await render(
      <>
        <LogList lines={['\u001B[31mred\u001B[0m', 'plain']} />
        <textarea aria-label="Elsewhere" />
      </>,
    )
    await page.getByRole('button', { name: 'Copy' }).click()
    await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible()
    await page.getByLabelText('Elsewhere').click()
    await userEvent.keyboard('{Control>}v{/Control}')
    await expect.element(page.getByLabelText('Elsewhere')).toHaveValue('red\nplain\n')
  })

  it('shows a message if the browser refuses', async () => {
    withClipboard({ writeText: () => Promise.reject(new DOMException('Not allowed', 'NotAllowedError')) })
    await render(<LogList lines={['a']} />)
    await page.getByRole('button', { name: 'Copy' }).click()
    await expect.element(page.getByRole('button', { name: 'The browser refused to copy' })).toBeVisible()
  })
})

describe('a log that is too tall for an element', () => {
  it.each([
    ['450,000 lines', () => numbered(1, 450_000)],
    ['100,000 lines of five rows', () => Array.from({ length: 100_000 }, (_, at) => `${at + 1} ${'x'.repeat(440)}`)],
  ])('follows again after wheeling back to its end: %s', async (_, lines) => {
    const given = lines()
    const { rerender } = await render(
      <div style={{ inlineSize: 800 }}>
        <LogList lines={given} />
      </div>,
    )
    expect(seen().at(-1)).toBe(given.length)
    const box = log().getBoundingClientRect()
    for (let turn = 0; turn < 3; turn += 1) await wheel(box.left + 100, box.top + 60, -120)
    await expect.poll(() => page.getByRole('button', { name: /Jump to latest/ }).query()).not.toBeNull()
    for (let turn = 0; turn < 8; turn += 1) await wheel(box.left + 100, box.top + 60, 120)
    await expect.poll(() => page.getByRole('button', { name: /Jump to latest/ }).query()).toBeNull()
    await rerender(
      <div style={{ inlineSize: 800 }}>
        <LogList lines={[...given, 'one more']} />
      </div>,
    )
    expect(seen().at(-1)).toBe(given.length + 1)
  })
})

const header = (name: string) => page.getByRole('button', { name }).element()

describe('folding', () => {
  const lines = Array.from({ length: 60 }, (_, at) => [
    `::group::part ${at + 1}`,
    ...numbered(1, 20),
    '::endgroup::',
  ]).flat()
  it('keeps the header where it is, also for one that sticks to the top', async () => {
    await render(<LogList lines={lines} follow={false} hash="" />)
    await expect.poll(() => page.getByRole('button', { name: 'part 5 20 lines' }).query()).not.toBeNull()
    const before = header('part 5 20 lines').getBoundingClientRect().top
    await userEvent.click(header('part 5 20 lines'))
    await frame()
    expect(header('part 5 20 lines').getBoundingClientRect().top).toBeCloseTo(before, 0)
    log().scrollTop += before - log().getBoundingClientRect().top + 100
    await frame()
    const stuck = page.elementLocator(log().querySelector<HTMLElement>('[data-slot="log-list-stuck"] button')!)
    await userEvent.click(stuck)
    await frame()
    const { top } = header('part 5 20 lines').getBoundingClientRect()
    expect(Math.abs(top - log().getBoundingClientRect().top)).toBeLessThan(20)
    expect(log().querySelector('[data-slot="log-list-stuck"]')).toBeNull()
  })

  it('adds no elements for what is folded, and copies it', async () => {
    await render(<LogList lines={lines} follow={false} hash="" />)
    await expect.poll(() => page.getByRole('button', { name: 'part 9 20 lines' }).query()).not.toBeNull()
    expect(log().querySelectorAll('[data-slot="log-list-line"]').length).toBeLessThan(30)
    log().focus()
    await expect
      .poll(async () => {
        await userEvent.keyboard('{Control>}a{/Control}')
        return (await copied())?.split('\n').length
      })
      .toBe(lines.length)
    await userEvent.click(page.getByRole('log'))
  })

  it('is undone for a match of the search, as long as that is shown', async () => {
    const given = lines.map((line, at) => (at === 30 ? 'needle' : line))
    await render(<LogList lines={given} follow={false} hash="" />)
    await userEvent.fill(page.getByRole('searchbox'), 'needle')
    await expect.element(page.getByText('needle')).toBeVisible()
    await userEvent.fill(page.getByRole('searchbox'), '')
    await expect.poll(() => page.getByText('needle').query()).toBeNull()
  })
})

describe('a search', () => {
  it('stays where the match is in view, goes to the newest one from the end, and to the next one from elsewhere', async () => {
    await render(<LogList lines={numbered(1, 3_000)} hash="" />)
    const field = page.getByRole('searchbox')
    const current = () => log().querySelector('[data-current] [data-slot="log-list-content"]')?.textContent
    const before = seen()
    await userEvent.fill(field, '2998')
    await expect.poll(current).toBe('line 2998')
    expect(seen()).toEqual(before)
    await userEvent.fill(field, '')
    log().focus()
    await userEvent.keyboard('{End}')
    await userEvent.fill(field, '99 -29')
    await expect.poll(current).toBe('line 2899')
    await userEvent.fill(field, '')
    log().focus()
    await userEvent.keyboard('{Home}')
    await userEvent.fill(field, '99 -29')
    await expect.poll(current).toBe('line 99')
  })
})

describe('a link to lines', () => {
  it('shows them and marks them, on the first visit and on later ones', async () => {
    for (let visit = 0; visit < 3; visit += 1) {
      const { unmount } = await render(<LogList lines={numbered(1, 5_000)} hash="L1200-L1203" />)
      await expect.poll(() => seen()).toContain(1_200)
      expect(log().querySelectorAll('[data-selected]')).toHaveLength(4)
      await frame()
      expect(seen()).toContain(1_200)
      await unmount()
    }
  })

  it('waits for lines that have not arrived', async () => {
    const { rerender } = await render(<LogList lines={numbered(1, 100)} hash="L1200" />)
    await frame()
    expect(seen().at(-1)).toBe(100)
    await rerender(<LogList lines={numbered(1, 3_000)} hash="L1200" />)
    await expect.poll(() => seen()).toContain(1_200)
  })
})
