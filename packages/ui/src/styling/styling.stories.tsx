import type { CSSProperties } from 'react'
import { expect } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { ProgressDisplay, ProgressDisplayPrimitive as Progress } from '../progress-display/index.ts'
import { ClockContext, createClock } from '../provider/clock.ts'
import { logView, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import classes from './styling.module.css'

const stream = taskState({ status: 'running', progress: progressOf(7, 16), logs: logView(['pass 7/16']) })

const clock = createClock(() => startedAt + 12_000)

const meta = preview.meta({
  title: 'Styling',
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

const track = (canvas: HTMLElement) => {
  const element = canvas.querySelector('[data-slot="progress-display-track"]')
  if (!element) throw new Error('no track')
  return getComputedStyle(element)
}

/** A page's own rule wins, whatever its specificity, without `!important`. */
export const PlainCss = meta.story({
  render: (args) => (
    <>
      <style>{`[data-slot='progress-display-track'] { block-size: 2px }`}</style>
      <ProgressDisplay {...args} />
    </>
  ),
  play: async ({ canvasElement }) => {
    await expect(track(canvasElement).blockSize).toBe('2px')
  },
})

export const CssModules = meta.story({
  render: () => (
    <Progress.Root stream={stream} label="Render">
      <Progress.Label />
      <Progress.Track className={classes['track']}>
        <Progress.Indicator />
      </Progress.Track>
      <Progress.Value className={classes['value']} />
    </Progress.Root>
  ),
  play: async ({ canvasElement }) => {
    await expect(track(canvasElement).blockSize).toBe('12px')
  },
})

const theme: CSSProperties & Record<`--${string}`, string> = {
  '--primary': 'oklch(0.45 0.2 300)',
  '--radius': '2px',
  '--border': 'oklch(0.8 0.05 300)',
}

/** The tokens of a shadcn theme are used where they are defined. */
export const ShadcnTokens = meta.story({
  render: (args) => (
    <div style={theme}>
      <ProgressDisplay {...args} />
    </div>
  ),
  play: async ({ canvasElement }) => {
    const fill = canvasElement.querySelector('[data-slot="progress-display-indicator"]')
    await expect(fill && getComputedStyle(fill).backgroundColor).toBe('oklch(0.45 0.2 300)')
  },
})

/** Tailwind 4's layers: utilities come after the components' layer, preflight before. */
export const CascadeLayers = meta.story({
  render: (args) => (
    <>
      <style>{`
        @layer theme, base, components, utilities;
        @layer base { * { border-radius: 0; margin: 0 } }
        @layer utilities { .utility { block-size: 20px } }
      `}</style>
      <Progress.Root {...args}>
        <Progress.Label />
        <Progress.Track className="utility">
          <Progress.Indicator />
        </Progress.Track>
      </Progress.Root>
    </>
  ),
  play: async ({ canvasElement }) => {
    await expect(track(canvasElement).blockSize).toBe('20px')
    await expect(track(canvasElement).borderRadius).toBe('3px')
  },
})
