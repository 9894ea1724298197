import { useStreamSelector, type TaskState, type UseStreamResult } from '@inferstream/react'
import { expect, fn, userEvent, waitFor } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { ScriptedRun } from '../testing/scripted-run.tsx'
import { logView } from '../testing/task-state.ts'
import { LogList } from './log-list.tsx'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1} of ${count}`)

const meta = preview.meta({
  title: 'LogList',
  component: LogList,
  args: { lines: logView([]) },
  parameters: { layout: 'padded' },
})

export const Empty = meta.story()

export const Short = meta.story({
  args: { lines: logView(['loading scene "lake"', 'building the hierarchy, 1,204 triangles', 'pass 1/16']) },
})

export const Pending = meta.story({
  args: { lines: logView(['sampling']), pending: ' 62%|██████▏   | 31/50 [00:12<00:07,  2.58it/s]' },
})

export const LongLines = meta.story({
  args: {
    lines: logView(numbered(60).map((line, index) => (index % 7 === 3 ? `${line} ${'data '.repeat(60)}` : line))),
  },
})

export const HundredThousandLines = meta.story({ args: { lines: logView(numbered(100_000)) } })

export const Truncated = meta.story({ args: { lines: logView(numbered(500), 12_345) } })

const esc = '\u001b['
const sixteen = ['30', '31', '32', '33', '34', '35', '36', '37', '90', '91', '92', '93', '94', '95', '96', '97']

export const AnsiZoo = meta.story({
  args: {
    lines: logView([
      sixteen.map((code) => `${esc}${code}mcolour ${code}${esc}0m`).join(' '),
      sixteen.map((code) => `${esc}${Number(code) + 10}m ${code} ${esc}0m`).join(' '),
      `${esc}1mbold${esc}0m ${esc}2mdim${esc}0m ${esc}3mitalic${esc}0m ${esc}4munderlined${esc}0m ${esc}9mstruck${esc}0m ${esc}7mreversed${esc}0m`,
      `${esc}38;5;208mpalette 208${esc}0m ${esc}38;2;0;128;128mtrue colour${esc}0m ${esc}48;5;60mbackground 60${esc}0m`,
      `${esc}33mleft on at the end of a line`,
      `still yellow, until here${esc}0m and no longer`,
      `\u001b]8;;https://example.com/docs\u0007a link\u001b]8;;\u0007, https://example.com/bare, \u001b]8;;javascript:alert(1)\u0007no link\u001b]8;;\u0007`,
      '<img src=x onerror=alert(1)> stays text',
      'tabs:\ta\tbb\tccc',
      '宽字符 and カタカナ and 한국어 and 👩‍🚀 keep to the grid',
      '┌────┬────┐ box drawing',
      `never ends ${esc}38;5`,
      'a lone surrogate: \ud800!',
    ]),
  },
})

export const TqdmCarriageReturn = meta.story({
  args: {
    lines: logView([
      `downloading:   0%|          | 0/10\rdownloading:  50%|█████     | 5/10\rdownloading: 100%|██████████| 10/10`,
      'overwritten in part\rOVER',
      `erased to the end\rshort${esc}K`,
      `${esc}31mred and long${esc}0m\r${esc}32mgreen${esc}0m`,
    ]),
    pending: 'sampling:  31%|███       | 5/16\rsampling:  37%|███▊      | 6/16',
  },
})

/** Two nested bars of tqdm as Python writes them: a line end, the inner bar, and the cursor back up for each redraw. */
const bar = (label: string, at: number, total: number) =>
  `${label}: ${String(Math.floor((100 * at) / total)).padStart(3)}%|${'█'.repeat(Math.floor((10 * at) / total)).padEnd(10)}| ${at}/${total}`
const redraws = Array.from({ length: 3 * 21 }, (_, step) => {
  const [epoch, inner] = [Math.floor(step / 21), step % 21]
  return `${inner === 0 ? `\r${bar('epochs', epoch, 3)}` : ''}\n\r${bar('steps', inner, 20)}${esc}A`
})
const nested = `${redraws.join('')}\r${bar('epochs', 3, 3)}\n\nsaved model.pt\n`

export const NestedTqdm = meta.story({
  render: () => (
    <ScriptedRun
      script={[
        (run) => run.update({ status: 'running', logs: ['loading model.pt'] }),
        (run) => run.update({ logs: nested.split('\n').slice(0, -1) }),
      ]}
    >
      {({ logs, pendingLine }) => <LogList lines={logs} pending={pendingLine} />}
    </ScriptedRun>
  ),
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByText('saved model.pt')
    const rows = canvasElement.querySelectorAll('[data-slot="log-list-layer"] [data-slot="log-list-content"]')
    await expect(Array.from(rows, (row) => row.textContent)).toEqual([
      'loading model.pt',
      'epochs: 100%|██████████| 3/3',
      'steps: 100%|██████████| 20/20',
      'saved model.pt',
    ])
  },
})

export const LevelsAndTimes = meta.story({
  args: {
    timestamps: true,
    lines: Array.from({ length: 40 }, (_, index) => ({
      text: `step ${index + 1}`,
      source: index < 10 ? ('setup' as const) : ('run' as const),
      level: index % 9 === 4 ? ('warn' as const) : index % 13 === 6 ? ('error' as const) : ('info' as const),
      receivedAt: Date.UTC(2026, 0, 5, 12, 0, index),
    })),
  },
  play: async ({ canvas }) => {
    await userEvent.selectOptions(await canvas.findByRole('combobox', { name: 'Level' }), 'error')
    await waitFor(() => expect(canvas.queryByText('step 40')).toBeNull())
    await expect(canvas.getByText('step 7')).toBeVisible()
    await expect(canvas.getByText('33')).toBeVisible()
  },
})

/** By keyboard: search, next match, previous match, close. */
export const Search = meta.story({
  args: { lines: logView(numbered(5_000)) },
  play: async ({ canvas, canvasElement }) => {
    const log = await canvas.findByRole('log', { name: 'Log' })
    log.focus()
    await userEvent.keyboard('{Home}/')
    const field = canvas.getByRole('searchbox', { name: 'Search the log' })
    await expect(field).toHaveFocus()
    await userEvent.keyboard('"line 12 "')
    await expect(await canvas.findByText('1 of 1')).toBeVisible()
    await userEvent.clear(field)
    await userEvent.keyboard('"line 12')
    // It moves while typing.
    await expect(await canvas.findByText('1 of 111')).toBeVisible()
    await waitFor(() => expect(canvasElement.querySelector('[data-current]')).toHaveTextContent('line 12 of 5000'))
    await expect(field).toHaveFocus()
    await userEvent.keyboard('{Enter}{Enter}{Shift>}{Enter}{/Shift}')
    await expect(await canvas.findByText('2 of 111')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect(log).toHaveFocus()
    await userEvent.keyboard('f')
    await expect(await canvas.findByText('line 5000 of 5000')).toBeVisible()
    await userEvent.keyboard('{Home}')
    await expect(await canvas.findByText('line 1 of 5000')).toBeVisible()
    await userEvent.keyboard('w')
    await expect(canvas.getByRole('button', { name: 'Wrap lines' })).toHaveAttribute('aria-pressed', 'false')
  },
})

const build = [
  'Preparing the machine',
  '::group::Install the packages',
  ...Array.from({ length: 12 }, (_, at) => `fetched package ${at + 1} of 12`),
  '::endgroup::',
  '::group::Load the model',
  'loading weights, 4.2 GB',
  `${esc}33mWARNING: half precision is slow on this machine${esc}0m`,
  '::endgroup::',
  '::group::Sample',
  ...Array.from({ length: 6 }, (_, at) => `step ${at + 1} of 50`),
  'Traceback (most recent call last):',
  '  File "sample.py", line 41, in <module>',
  '    image = pipeline(prompt)',
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
  '::endgroup::',
  '::group::Clean up',
  'removed 3 temporary files',
]

/** Finished sections fold when the next begins; one with an error stays open. */
export const Sections = meta.story({
  args: { lines: logView(build), hash: '', follow: false },
  play: async ({ canvas }) => {
    const install = await canvas.findByRole('button', { name: /^Install the packages 12/ })
    await expect(install).toHaveAttribute('aria-expanded', 'false')
    await expect(canvas.queryByText('fetched package 3 of 12')).toBeNull()
    await expect(canvas.getByRole('button', { name: /^Sample 10/ })).toHaveAttribute('aria-expanded', 'true')
    await userEvent.click(install)
    await expect(await canvas.findByText('fetched package 3 of 12')).toBeVisible()
    await userEvent.keyboard('{ArrowLeft}')
    await waitFor(() => expect(canvas.queryByText('fetched package 3 of 12')).toBeNull())
    await userEvent.keyboard('{Shift>}Z{/Shift}')
    await waitFor(() => expect(canvas.queryByText('step 2 of 50')).toBeNull())
    await userEvent.keyboard('{Shift>}Z{/Shift}')
    await expect(await canvas.findByText('fetched package 3 of 12')).toBeVisible()
  },
})

/** The chips count what is read from the text, a traceback once; `e` goes to the next error. */
export const Errors = meta.story({
  args: {
    lines: logView([...numbered(300), ...build, ...numbered(300), 'error: disk full', ...numbered(40)]),
    hash: '',
  },
  play: async ({ canvas, canvasElement }) => {
    const chip = await canvas.findByRole('button', { name: '2 errors, go to the next' })
    await userEvent.click(chip)
    await waitFor(() => expect(canvasElement.querySelector('[data-current]')).toHaveTextContent('CUDA out of memory'))
    canvas.getByRole('log').focus()
    await userEvent.keyboard('e')
    await waitFor(() => expect(canvasElement.querySelector('[data-current]')).toHaveTextContent('disk full'))
    await userEvent.keyboard('{Shift>}E{/Shift}')
    await waitFor(() => expect(canvasElement.querySelector('[data-current]')).toHaveTextContent('CUDA out of memory'))
  },
})

/** Lines without those of a kind, and one expression, which runs in a worker. */
export const SearchByWords = meta.story({
  args: { lines: logView(build), hash: '', follow: false },
  play: async ({ canvas }) => {
    const field = await canvas.findByRole('searchbox')
    await userEvent.type(field, 'step -of')
    await expect(await canvas.findByText('None')).toBeVisible()
    await userEvent.clear(field)
    await userEvent.type(field, 'of -50 fetched')
    await expect(await canvas.findByText('1 of 12')).toBeVisible()
    await userEvent.clear(field)
    await userEvent.type(field, '/step \\d+/ level:info+')
    await expect(await canvas.findByText('1 of 6')).toBeVisible()
    await userEvent.clear(field)
    await userEvent.type(field, 'level:warn')
    await expect(await canvas.findByText('1 of 1')).toBeVisible()
  },
})

/** An expression that never ends is stopped: the page goes on. */
export const EndlessExpression = meta.story({
  args: { lines: logView([`${'a'.repeat(40)}!`, ...numbered(50)]), hash: '' },
  play: async ({ canvas }) => {
    const field = await canvas.findByRole('searchbox')
    await userEvent.type(field, '/(a+)+$/')
    await expect(
      await canvas.findByTitle('Stopped: the expression takes too long', {}, { timeout: 5_000 }),
    ).toBeVisible()
    await userEvent.clear(field)
    await userEvent.type(field, '"line 12 ')
    await expect(await canvas.findByText('1 of 1')).toBeVisible()
  },
})

/** A link names lines: they are shown and marked. `l`, Shift+arrows and `y` do the same by keyboard. */
export const LineLink = meta.story({
  args: { lines: logView(numbered(5_000)), hash: 'run-7:L1200-L1203', onHashChange: fn() },
  play: async ({ canvas, canvasElement, args }) => {
    await expect(await canvas.findByText('Lines 1,200 to 1,203 selected')).toBeVisible()
    await expect(await canvas.findByText('line 1200 of 5000')).toBeVisible()
    await expect(canvasElement.querySelectorAll('[data-selected][data-slot="log-list-line"]')).toHaveLength(4)
    const number = canvas.getByText('1205')
    await userEvent.pointer([{ keys: '[MouseLeft>]', target: number }, { keys: '[/MouseLeft]' }])
    await expect(args.onHashChange).toHaveBeenLastCalledWith('run-7:L1205')
    canvas.getByRole('log').focus()
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}')
    await expect(args.onHashChange).toHaveBeenLastCalledWith('run-7:L1205-L1207')
    await expect(canvas.getByRole('button', { name: 'Copy link' })).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(canvas.queryByText(/selected/)).toBeNull())
  },
})

export const LinkToDroppedLine = meta.story({
  args: { lines: logView(numbered(500), 12_345), hash: 'L120' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Line 120 is no longer kept (first is 12,346)')).toBeVisible()
  },
})

/** A line of 5,000 characters is cut, until it is asked for. */
export const CutLine = meta.story({
  args: { lines: logView(['before', `{"values":[${'0.125,'.repeat(830)}0]}`, 'after']), hash: '', follow: false },
  play: async ({ canvas }) => {
    const more = await canvas.findByRole('button', { name: '… 2,994 more' })
    await userEvent.click(more)
    await waitFor(() => expect(canvas.queryByRole('button', { name: /… .* more/ })).toBeNull())
  },
})

export const FullScreen = meta.story({
  args: { lines: logView(numbered(200)), hash: '' },
  play: async ({ canvas, canvasElement }) => {
    const log = await canvas.findByRole('log')
    log.focus()
    await userEvent.keyboard('{Shift>}F{/Shift}')
    const dialog = await canvas.findByRole('dialog', { name: 'Log' })
    await expect(dialog.getBoundingClientRect().width).toBe(canvasElement.ownerDocument.documentElement.clientWidth)
    await expect(log).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(canvas.queryByRole('dialog')).toBeNull())
    await expect(log).toHaveFocus()
  },
})

/** In a narrow log the tools are in two rows and a menu, whatever is done with them. */
export const Narrow = meta.story({
  args: { lines: logView(build), hash: '', follow: false },
  decorators: [
    (Story) => (
      <div style={{ inlineSize: 320 }}>
        <Story />
      </div>
    ),
  ],
  play: async ({ canvas, canvasElement }) => {
    const tools = canvasElement.querySelector('[data-slot="log-list-tools"]')!
    const field = await canvas.findByRole('searchbox')
    await canvas.findByRole('button', { name: '1 error, go to the next' })
    const { height } = tools.getBoundingClientRect()
    await userEvent.type(field, 'package')
    await expect(await canvas.findByText('1 of 13')).toBeVisible()
    await expect(tools.getBoundingClientRect().height).toBe(height)
    await userEvent.click(canvas.getByRole('button', { name: 'More' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Wrap lines' }))
    await expect(canvasElement.querySelector('[data-slot="log-list"]')).not.toHaveAttribute('data-wrap')
  },
})

function RunLog({ stream }: { stream: UseStreamResult }) {
  const lines = useStreamSelector(stream, (state: TaskState) => state.logs)
  const pending = useStreamSelector(stream, (state: TaskState) => state.pendingLine)
  return <LogList lines={lines} pending={pending} />
}

/** Each step is 100 updates of 100 lines: the last line appears immediately, and the document does not grow. */
export const HighRate = meta.story({
  render: () => (
    <ScriptedRun
      steps={Array.from({ length: 20 }, (_, step) => (run) => {
        for (let update = 0; update < 100; update += 1) {
          run.update({
            status: 'running',
            logs: numbered(100).map((line) => `step ${step + 1}.${update + 1}, ${line}`),
          })
        }
      })}
    >
      {(stream) => <RunLog stream={stream} />}
    </ScriptedRun>
  ),
  play: async ({ canvas, canvasElement }) => {
    const next = await canvas.findByRole('button', { name: 'Next step' })
    await userEvent.click(next)
    await expect(await canvas.findByText('step 1.100, line 100 of 100')).toBeVisible()
    const elements = canvasElement.querySelectorAll('*').length
    await userEvent.click(next)
    await expect(await canvas.findByText('step 2.100, line 100 of 100')).toBeVisible()
    await expect(canvas.getByText('20,000 lines')).toBeVisible()
    await expect(Math.abs(canvasElement.querySelectorAll('*').length - elements)).toBeLessThan(5)
  },
})

/** Press "Next step": each adds 50 lines. Scroll up, and the position is kept. */
export const Live = meta.story({
  render: () => (
    <ScriptedRun
      script={[(run) => run.update({ status: 'running', logs: numbered(50) })]}
      steps={Array.from({ length: 20 }, (_, step) => (run) => {
        run.update({ logs: numbered(50).map((line) => `step ${step + 1}, ${line}`) })
      })}
    >
      {(stream) => <RunLog stream={stream} />}
    </ScriptedRun>
  ),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('line 50 of 50')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Next step' }))
    await expect(await canvas.findByText('step 1, line 50 of 50')).toBeVisible()
    const log = canvas.getByRole('log', { name: 'Log' })
    log.scrollTop = 0
    await expect(await canvas.findByText('line 1 of 50')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Next step' }))
    await expect(canvas.getByText('line 1 of 50')).toBeVisible()
    await userEvent.click(await canvas.findByRole('button', { name: 'Jump to latest, 50 new' }))
    await waitFor(() => expect(canvas.getByText('step 2, line 50 of 50')).toBeVisible())
  },
})
