/// <reference types="@vitest/browser-playwright" />
import '../styles.css'
import { scriptedTransport } from '@inferstream/client/testing'
import { inference, InferenceProvider, InferstreamError } from '@inferstream/react'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cdp, userEvent } from 'vitest/browser'
import { Generator, GeneratorPrimitive } from '../generator/index.ts'
import { LogList, LogListPrimitive } from '../log-list/index.ts'
import { ProgressDisplay, ProgressDisplayPrimitive } from '../progress-display/index.ts'
import { KitProvider } from '../provider/index.ts'
import { RunCard, RunCardPrimitive } from '../run-card/index.ts'
import { TaskOutput, TaskOutputPrimitive } from '../task-output/index.ts'
import { logView, phasesOf, progressOf, startedAt, taskState } from './task-state.ts'

// Every part of every component, in every place that a page may put it: in the page, in a frame, in a shadow root and in a modal
// dialog; with the checks of axe, by keyboard, right to left, and in forced colours.

const attach = () => {}
const lines = [
  { text: 'one', source: 'setup' as const, level: 'info' as const, receivedAt: startedAt },
  { text: 'ERROR: two', source: 'run' as const, level: 'error' as const, receivedAt: startedAt },
  { text: 'WARNING: three', source: 'run' as const, receivedAt: startedAt },
  { text: '::group::part', source: 'run' as const },
  { text: `x ${'long '.repeat(500)}`, source: 'run' as const },
  { text: '::endgroup::', source: 'run' as const },
]
const running = taskState({
  status: 'running',
  progress: { ...progressOf(7, 16), inner: { ...progressOf(1, 4), label: 'pass' } },
  logs: logView(['pass 7/16']),
  phases: phasesOf(['queued', 0, 1], ['running', 1, null]),
})
const failed = taskState({
  status: 'failed',
  error: new InferstreamError('task_failed', `Traceback:\n  File "a.py"\nValueError: bad`),
  endedAt: startedAt + 3_600_000,
})
const lost = taskState({ status: 'error', connection: 'closed', error: new InferstreamError('network', 'No answer.') })
const away = taskState({ status: 'running', connection: 'reconnecting', attempt: 2, logs: logView(['a']) })
const queued = taskState({ status: 'queued', queuePosition: 3 })
const picture = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>'

const schema = {
  type: 'object',
  title: 'Input',
  required: ['prompt'],
  examples: [{ prompt: 'a lake' }],
  properties: {
    prompt: { type: 'string', title: 'Words', description: 'What to draw.' },
    image: { type: 'string', format: 'file', title: 'Start image' },
    ratio: { enum: ['1:1', '16:9'], default: '1:1', title: 'Ratio' },
    style: { enum: ['none', 'film', 'sketch', 'oil', 'pixel'], title: 'Style' },
    steps: { type: 'integer', minimum: 1, maximum: 50, default: 4, title: 'Steps' },
    seed: { type: 'integer', title: 'Seed' },
    safe: { type: 'boolean', default: true, title: 'Safe' },
    avoid: { type: 'array', items: { type: 'string' }, default: ['people'], title: 'Avoid' },
    size: {
      type: 'object',
      title: 'Size',
      properties: { width: { type: 'integer' }, colour: { type: 'string', format: 'color' } },
    },
    source: {
      title: 'Source',
      oneOf: [
        { title: 'Text', type: 'object', properties: { text: { type: 'string' } } },
        { title: 'Page', type: 'object', properties: { url: { type: 'string', format: 'uri' } } },
      ],
    },
    extra: { title: 'Extra' },
  },
}

const P = LogListPrimitive

const fixtures: Readonly<Record<string, ReactNode>> = {
  'a log': <LogList lines={lines} pending="62%" timestamps hash="" label="Build" />,
  'a log that was left': <LogList lines={logView(['a'], 3)} follow={false} hash="L4" label="Left" />,
  'an empty log': <LogList lines={[]} hash="" label="Empty" />,
  'a log of its own parts': (
    <P.Root lines={lines} hash="" label="Own" timestamps>
      <P.Toolbar>
        <P.Search />
        <P.MatchCount />
        <P.Previous />
        <P.Next />
        <P.SoftWrap />
        <P.FullScreen />
        <P.FoldAll />
      </P.Toolbar>
      <P.Viewport>{(line) => <P.Line line={line} />}</P.Viewport>
    </P.Root>
  ),
  'a run': <ProgressDisplay stream={running} label="Lake" timeline logs onCancel={() => {}} />,
  'a ring': <ProgressDisplay stream={running} label="Sea" variant="ring" onCancel={() => {}} />,
  'a row': <ProgressDisplay stream={queued} label="Tower" variant="compact" onCancel={() => {}} />,
  'a failed run': <ProgressDisplay stream={failed} label="Hill" onRetry={() => {}} />,
  'a lost run': <ProgressDisplay stream={{ ...lost, attach }} label="Wood" onRetry={() => {}} />,
  'a run without contact': <ProgressDisplay stream={{ ...away, attach }} label="Path" onCancel={() => {}} />,
  'a text': <TaskOutput output={{ response: 'The lake lay still.' }} label="Text" partial />,
  'a tree': <TaskOutput output={{ seed: 7, boxes: [{ label: 'heron' }] }} label="Values" />,
  'several files': <TaskOutput output={{ a: picture, b: `${picture}#2`, page: 'data:text/html,x' }} label="Several" />,
  'a card': <RunCard stream={running} label="Card" onOpen={attach} />,
  'a form': (
    <Generator
      app="local/path-tracer"
      renderInput={() => <input aria-label="Prompt" defaultValue="a lake" />}
      renderOutput={() => <img alt="Result" src={picture} />}
    />
  ),
  'a form of a schema': (
    <GeneratorPrimitive.Root app="a/b" schema={schema} initialInput={{ steps: 90 }}>
      <GeneratorPrimitive.Form>
        <GeneratorPrimitive.Fields />
        <GeneratorPrimitive.Submit />
      </GeneratorPrimitive.Form>
    </GeneratorPrimitive.Root>
  ),
  'a form of an app that says nothing': (
    <GeneratorPrimitive.Root app="a/b" schema={{}}>
      <GeneratorPrimitive.Fields />
    </GeneratorPrimitive.Root>
  ),
  'a text in Markdown': (
    <TaskOutput
      output={{ text: '# A\n\n- [x] b\n\n| c | d |\n| - | - |\n| 1 | [e](https://a.example) |\n\n```\nlet f\n```' }}
      label="Markdown"
    />
  ),
}

const everything = (
  <KitProvider>
    <InferenceProvider client={inference({ transport: scriptedTransport() })}>
      {Object.entries(fixtures).map(([name, fixture]) => (
        <section key={name} aria-label={name}>
          {fixture}
        </section>
      ))}
    </InferenceProvider>
  </KitProvider>
)

/** Puts content into a place of a page. */
type Place = () => { readonly container: HTMLElement; readonly leave: () => void }

const styleTexts = () =>
  [...document.querySelectorAll<HTMLStyleElement | HTMLLinkElement>('style, link[rel="stylesheet"]')].map((style) =>
    style.cloneNode(true),
  )

const places: Readonly<Record<string, Place>> = {
  'a page': () => {
    const container = document.createElement('main')
    document.body.append(container)
    return { container, leave: () => container.remove() }
  },
  'a frame': () => {
    const frame = document.createElement('iframe')
    frame.style.cssText = 'inline-size: 100%; block-size: 600px'
    frame.title = 'frame'
    document.body.append(frame)
    const page = frame.contentDocument!
    page.documentElement.lang = 'en'
    page.title = 'frame'
    page.head.append(...styleTexts())
    const container = page.createElement('main')
    page.body.append(container)
    return { container, leave: () => frame.remove() }
  },
  'a shadow root': () => {
    const host = document.createElement('main')
    document.body.append(host)
    const root = host.attachShadow({ mode: 'open' })
    const container = document.createElement('div')
    root.append(...styleTexts(), container)
    return { container, leave: () => host.remove() }
  },
  'a modal dialog': () => {
    const dialog = document.createElement('dialog')
    dialog.setAttribute('aria-label', 'dialog')
    dialog.style.cssText = 'inline-size: 90vw; block-size: 90vh'
    document.body.append(dialog)
    dialog.showModal()
    return { container: dialog, leave: () => dialog.remove() }
  },
}

const region = () => document.querySelector('[data-slot="announcer-polite"]')

let leave: (() => void) | null = null
afterEach(() => {
  leave?.()
  leave = null
})

async function show(place: Place, content: ReactNode): Promise<HTMLElement> {
  const { container, leave: leavePlace } = place()
  const root = createRoot(container)
  leave = () => {
    root.unmount()
    leavePlace()
  }
  root.render(content)
  // The tools, levels and sections are loaded later.
  await expect.poll(() => container.querySelector('[data-slot="log-list-toolbar"]')).not.toBeNull()
  return container
}

async function showAll(place: Place): Promise<HTMLElement> {
  const container = await show(place, everything)
  await expect.poll(() => container.querySelector('[data-slot="log-list-section"]')).not.toBeNull()
  await expect.poll(() => container.querySelector('[data-slot="progress-display-timeline"]')).not.toBeNull()
  await expect.poll(() => container.querySelector('[data-slot="task-output-table"]')).not.toBeNull()
  await expect.poll(() => container.querySelector('[data-slot="generator-more"]')).not.toBeNull()
  for (const more of container.querySelectorAll<HTMLDetailsElement>('[data-slot="generator-more"]')) more.open = true
  await expect.poll(() => container.querySelector('[data-slot="generator-slider"]')).not.toBeNull()
  // Start is no longer grey.
  const moving = container
    .getAnimations({ subtree: true })
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(moving.map(({ finished }) => finished))
  return container
}

const query = (container: HTMLElement, selector: string) => {
  const found = container.querySelector<HTMLElement>(selector)
  if (!found) throw new Error(`There is no ${selector}.`)
  return found
}

/** The names of the parts that a component exports, as they stand in `data-slot`. */
const slotsOf = (prefix: string, parts: object) =>
  Object.keys(parts).map((name) =>
    name === 'Root' ? prefix : `${prefix}-${name.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}`,
  )

/** These have no `data-slot` of their own name. */
const otherNames: Readonly<Record<string, string>> = {
  'log-list-line-content': 'log-list-content',
  'log-list-line-number': 'log-list-number',
  'log-list-line-time': 'log-list-time',
  'log-list-line-level': 'log-list-level',
}
/** Shown at other moments of a run: their own tests show them. */
const elsewhere = new Set([
  'task-output-view',
  'run-card-progress',
  'generator-fields',
  'generator-image',
  'generator-retry',
  'generator-cancel',
  'generator-progress',
  'progress-display-eta',
])

describe('every part', () => {
  it('is among what is checked here', async () => {
    const container = await showAll(places['a page']!)
    await expect.poll(() => container.querySelector('[data-slot="progress-display-ended-at"]')).not.toBeNull()
    const shown = new Set(
      [...container.querySelectorAll<HTMLElement>('[data-slot]')].map((element) => element.dataset['slot']),
    )
    const all = [
      ...slotsOf('log-list', LogListPrimitive),
      ...slotsOf('progress-display', ProgressDisplayPrimitive),
      ...slotsOf('generator', GeneratorPrimitive),
      ...slotsOf('task-output', TaskOutputPrimitive),
      ...slotsOf('run-card', RunCardPrimitive),
    ].map((slot) => otherNames[slot] ?? slot)
    expect(all.filter((slot) => !shown.has(slot) && !elsewhere.has(slot))).toEqual([])
  })
})

describe.each(Object.entries(places))('in %s', (name, place) => {
  it('has no accessibility faults', async () => {
    const container = await showAll(place)
    const page = container.ownerDocument.defaultView!
    // A frame is checked by code of its own.
    const checker = page === window ? axe : (page.eval(`${axe.source}; axe`) as typeof axe)
    const context = name === 'a shadow root' ? (container.getRootNode() as ShadowRoot).host : container
    const { violations } = await checker.run(context, { rules: { region: { enabled: false } } })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  })

  it('lets the log be searched by every letter, among them its own keys', async () => {
    const container = await show(place, <LogList lines={lines} hash="" />)
    query(container, '[role="log"]').focus()
    await userEvent.keyboard('/')
    const field = query(container, 'input[type="search"]') as HTMLInputElement
    await expect.poll(() => (container.getRootNode() as Document | ShadowRoot).activeElement).toBe(field)
    await userEvent.keyboard('fw/elyzF')
    expect(field.value).toBe('fw/elyzF')
    await userEvent.keyboard('{Escape}')
    await expect
      .poll(() => (container.getRootNode() as Document | ShadowRoot).activeElement)
      .toBe(query(container, '[role="log"]'))
  })

  it('moves through the tools by arrow keys, and closes the menu for a press elsewhere', async () => {
    const container = await show(place, <LogList lines={lines} hash="" />)
    const focused = () => (container.getRootNode() as Document | ShadowRoot).activeElement
    query(container, 'input[type="search"]').focus()
    await userEvent.keyboard('{ArrowRight}')
    expect(focused()).toBe(query(container, '[data-slot="log-list-regex"]'))
    const menu = query(container, '[data-slot="log-list-menu-button"]')
    menu.focus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => container.querySelector('[data-slot="log-list-menu-panel"]')).not.toBeNull()
    query(container, '[role="log"]').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))
    await expect.poll(() => container.querySelector('[data-slot="log-list-menu-panel"]')).toBeNull()
  })

  it('copies every line that is selected, on screen or not', async () => {
    const numbered = Array.from({ length: 500 }, (_, at) => `line ${at + 1}`)
    const container = await show(place, <LogList lines={numbered} hash="" />)
    query(container, '[role="log"]').focus()
    let text: string | undefined
    const listen = (event: ClipboardEvent) => {
      if (event.defaultPrevented) text = event.clipboardData?.getData('text/plain')
    }
    const page = container.ownerDocument.defaultView!
    page.addEventListener('copy', listen)
    await expect
      .poll(async () => {
        await userEvent.keyboard('{Control>}a{/Control}{Control>}c{/Control}')
        return text?.split('\n').length
      })
      .toBe(500)
    page.removeEventListener('copy', listen)
  })

  it('announces where assistive technology can hear it', async () => {
    const container = await show(
      place,
      <KitProvider>
        <LogList lines={lines} hash="" />
      </KitProvider>,
    )
    query(container, '[role="log"]').focus()
    await expect.poll(() => container.querySelector('[data-slot="log-list-problems"]')).not.toBeNull()
    await userEvent.keyboard('e')
    await expect.poll(() => region()?.textContent).toContain('Error 1 of 1, line 2: ERROR: two')
    const modal = document.querySelector('dialog:modal')
    expect(region()?.parentElement).toBe(modal ?? document.body)
  })
})

describe('by keyboard', () => {
  it('shows the focus on everything that takes it', async () => {
    const container = await showAll(places['a page']!)
    await userEvent.keyboard('{Tab}')
    expect(invisible(container)).toEqual([])
  })
})

describe('right to left, in a narrow page', () => {
  it('fits into its width', async () => {
    const container = await showAll(places['a page']!)
    container.dir = 'rtl'
    container.style.inlineSize = '320px'
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const wide = [...container.querySelectorAll<HTMLElement>('section > *')].filter(
      (part) => part.scrollWidth > part.clientWidth + 1,
    )
    expect(wide.map((part) => `${part.parentElement?.ariaLabel}: ${part.scrollWidth}`)).toEqual([])
    // Lines begin on the left in every direction: nothing covers their beginning.
    const jump = query(container, '[data-slot="log-list-jump-to-latest"]').getBoundingClientRect()
    const log = jump && query(container, '[aria-label="a log that was left"]').getBoundingClientRect()
    expect(jump.left - log.left).toBeGreaterThan(log.right - jump.right)
  })
})

const force = (value: string) =>
  cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value }] })

describe('in forced colours', () => {
  beforeAll(() => force('active'))
  afterAll(() => force(''))

  it('shows the focus on everything that takes it, and the current match among the others', async () => {
    const container = await showAll(places['a page']!)
    await userEvent.keyboard('{Tab}')
    expect(invisible(container)).toEqual([])
    const log = query(container, '[aria-label="a log"]')
    const field = query(log, 'input[type="search"]')
    field.focus()
    await userEvent.keyboard('o')
    await expect.poll(() => log.querySelectorAll('mark').length).toBeGreaterThan(1)
    await expect.poll(() => log.querySelector('[data-current]')).not.toBeNull()
    const looks = [...log.querySelectorAll('[data-slot="log-list-line"]')].map(
      (line) => getComputedStyle(line).outlineStyle,
    )
    expect(new Set(looks).size).toBe(2)
  })
})

/** What takes the focus without showing it. */
function invisible(container: HTMLElement): string[] {
  const stops = container.querySelectorAll<HTMLElement>('button, input, select, summary, a[href], [tabindex="0"]')
  return [...stops].flatMap((stop) => {
    const isFolded = stop.matches('details:not([open]) :not(summary)')
    if (isFolded || stop.getClientRects().length === 0 || !stop.closest('[data-slot]')) return []
    stop.focus()
    const around = stop.closest('[data-slot="log-list-find"]') ?? stop
    return getComputedStyle(around).outlineStyle === 'none' ? [stop.outerHTML.slice(0, 120)] : []
  })
}
