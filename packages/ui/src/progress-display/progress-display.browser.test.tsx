/// <reference types="@vitest/browser-playwright" />
import '../styles.css'
import { InferstreamError, type TaskState } from '@inferstream/react'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cdp, page } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { logView, phasesOf, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import { KitProvider } from '../provider/index.ts'
import { progressMessages } from './messages.ts'
import { ProgressDisplay, type ProgressDisplayVariant } from './index.ts'

const show = (stream: TaskState, variant: ProgressDisplayVariant = 'bar', dir = 'ltr') => (
  <div dir={dir} style={{ inlineSize: 320 }}>
    <ProgressDisplay stream={stream} variant={variant} label="Render" onCancel={() => {}} onRetry={() => {}} />
  </div>
)

const slot = (container: Element, name: string) => {
  const element = container.querySelector(`[data-slot="progress-display-${name}"]`)
  if (!element) throw new Error(`no ${name}`)
  return element.getBoundingClientRect()
}

/** Waits for the transition of the fill; the icon's animation never ends. */
const settled = () =>
  Promise.all(document.getAnimations().flatMap((each) => (each instanceof CSSTransition ? [each.finished] : [])))

const logs = logView(['pass 7/16'])
const moments: Record<string, TaskState> = {
  idle: taskState(),
  starting: taskState({ status: 'starting' }),
  queued: taskState({ status: 'queued', queuePosition: 12 }),
  running: taskState({ status: 'running', progress: progressOf(1, 4), logs }),
  reconnecting: taskState({ status: 'running', connection: 'reconnecting', progress: progressOf(1, 4), logs }),
  cancelling: taskState({ status: 'cancelling', progress: progressOf(1, 4), logs }),
  cancelled: taskState({ status: 'cancelled', progress: progressOf(1, 4), logs, endedAt: startedAt + 900 }),
  done: taskState({ status: 'completed', progress: progressOf(4, 4), logs, endedAt: startedAt + 900 }),
  failed: taskState({ status: 'failed', error: new InferstreamError('task_failed', 'No.'), endedAt: startedAt + 900 }),
}

describe('the bar', () => {
  it.each(['ltr', 'rtl'])('fills from its inline start, %s', async (dir) => {
    const { container } = await render(show(taskState({ status: 'running', progress: progressOf(1, 4) }), 'bar', dir))
    await settled()
    const track = slot(container, 'track')
    const fill = slot(container, 'indicator')
    const visible = dir === 'ltr' ? fill.right - track.left : track.right - fill.left
    expect(visible / track.width).toBeCloseTo(0.25, 2)
  })
})

describe('a lost connection', () => {
  const words = 'Verbindung unterbrochen. Der Lauf geht weiter.'
  const german = { progress: { connection: { ...progressMessages.connection, reconnecting: words } } }

  it.each([280, 320, 480, 560])(
    'is shown in full, %d px wide, in German, which is longer than English',
    async (width) => {
      const { container } = await render(
        <KitProvider messages={german}>
          <div style={{ inlineSize: width }}>
            <ProgressDisplay stream={moments['reconnecting'] ?? taskState()} label="Render" onCancel={() => {}} />
          </div>
        </KitProvider>,
      )
      const said = slot(container, 'connection-words')
      const room = slot(container, 'connection')
      expect(said.bottom).toBeLessThanOrEqual(room.bottom)
      expect(said.right).toBeLessThanOrEqual(room.right)
    },
  )
})

describe.each(['bar', 'compact', 'ring', 'timeline'] as const)('%s', (variant) => {
  it('moves nothing, in any state of the run', async () => {
    const { container, rerender } = await render(show(moments['idle'] ?? taskState(), variant))
    // In a row of a table the words of a queue or a lost connection stand in place of the track.
    const part = variant === 'compact' ? 'line' : 'track'
    const track = slot(container, part)
    const heights: Record<string, number> = {}
    for (const [name, moment] of Object.entries(moments)) {
      await rerender(show(moment, variant))
      const now = slot(container, part)
      expect([name, now.top, variant === 'compact' ? 0 : now.width]).toEqual([
        name,
        track.top,
        variant === 'compact' ? 0 : track.width,
      ])
      heights[name] = container.getBoundingClientRect().height
    }
    // In the smallest variant an error sentence may take an extra line; nothing else may.
    if (variant === 'compact') delete heights['failed']
    expect(new Set(Object.values(heights)).size).toBe(1)
  })

  it('stays within a narrow page', async () => {
    const { container } = await render(
      show(
        taskState({
          status: 'running',
          progress: progressOf(1, 4),
          logs: logView(['a very long line '.repeat(40)]),
          phases: phasesOf(['queued', 0, 1], ['running', 1, null]),
        }),
        variant,
      ),
    )
    const root = container.querySelector('[data-slot="progress-display"]')
    expect(root?.scrollWidth).toBeLessThanOrEqual(root?.clientWidth ?? 0)
    await expect.element(page.getByRole('button', { name: 'Cancel' })).toBeVisible()
  })
})

const prefer = (value: string) =>
  cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value }] })

describe('reduced motion', () => {
  beforeAll(() => prefer('reduce'))
  afterAll(() => prefer(''))

  it.each(['bar', 'compact', 'ring', 'timeline'] as const)('does not move the layout, %s', async (variant) => {
    const { rerender } = await render(show(taskState({ status: 'running' }), variant))
    expect(document.getAnimations()).toEqual([])
    const phases = phasesOf(['queued', 0, 1], ['running', 1, null])
    await rerender(show(taskState({ status: 'running', progress: progressOf(1, 4), phases }), variant))
    await rerender(show(taskState({ status: 'running', progress: progressOf(3, 4), phases }), variant))
    expect(document.getAnimations()).toEqual([])
  })
})

it('animates nothing while it is unknown whether the run goes on', async () => {
  const running = taskState({ status: 'running', phases: phasesOf(['running', 0, null]) })
  const { rerender } = await render(show(running, 'timeline'))
  expect(new Set(document.getAnimations().map(({ playState }) => playState))).toEqual(new Set(['running']))
  await rerender(show({ ...running, connection: 'offline' }, 'timeline'))
  expect(new Set(document.getAnimations().map(({ playState }) => playState))).toEqual(new Set(['paused']))
})
