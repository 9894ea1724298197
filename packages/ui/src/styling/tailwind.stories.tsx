import { expect } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { ProgressDisplay, ProgressDisplayPrimitive as Progress } from '../progress-display/index.ts'
import { ClockContext, createClock } from '../provider/clock.ts'
import { logView, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import './tailwind.css'

const stream = taskState({ status: 'running', progress: progressOf(7, 16), logs: logView(['pass 7/16']) })

const clock = createClock(() => startedAt + 12_000)

const meta = preview.meta({
  title: 'Styling/Tailwind 4',
  component: ProgressDisplay,
  args: { stream, label: 'Render', onCancel: () => {} },
  parameters: { layout: 'padded' },
  decorators: [
    (Story) => (
      <ClockContext value={clock}>
        <Story />
      </ClockContext>
    ),
  ],
})

const part = (canvas: HTMLElement, slot: string) => {
  const element = canvas.querySelector(`[data-slot="progress-display-${slot}"]`)
  if (!element) throw new Error(`no ${slot}`)
  return getComputedStyle(element)
}

/** Utilities override the stylesheet, and the stylesheet overrides preflight, without `!important`. */
export const Utilities = meta.story({
  render: () => (
    <Progress.Root stream={stream} label="Render" className="rounded-none p-6">
      <Progress.Label />
      <Progress.Track className="h-5">
        <Progress.Indicator className="bg-emerald-700" />
      </Progress.Track>
      <Progress.Value />
    </Progress.Root>
  ),
  play: async ({ canvasElement }) => {
    await expect(part(canvasElement, 'track').height).toBe('20px')
    // Preflight sets no radius; the stylesheet's is still applied.
    await expect(part(canvasElement, 'track').borderRadius).toBe('3px')
    await expect(part(canvasElement, 'indicator').backgroundColor).toMatch(/^oklch\(0\.50?8/)
  },
})

/** A shadcn theme's tokens apply to the parts without configuration. */
export const ShadcnTheme = meta.story({
  render: (args) => (
    <div className="shadcn rounded-md border border-(--border) bg-card p-4">
      <ProgressDisplay {...args} />
    </div>
  ),
  play: async ({ canvasElement, globals }) => {
    const primary = globals['theme'] === 'dark' ? 'oklch(0.76 0.12 160)' : 'oklch(0.45 0.12 160)'
    await expect(part(canvasElement, 'indicator').backgroundColor).toBe(primary)
  },
})
