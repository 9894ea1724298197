import { expect, userEvent, waitFor, within } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { TaskOutput } from './task-output.tsx'

const meta = preview.meta({
  title: 'TaskOutput',
  component: TaskOutput,
  args: { output: null, alt: 'A lake at dusk' },
  parameters: { layout: 'padded' },
})

/** A small SVG picture in one colour. */
const picture = (shade: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300" viewBox="0 0 480 300"><rect width="480" height="300" fill="${shade}"/><circle cx="240" cy="170" r="70" fill="white" opacity=".8"/></svg>`,
  )}`

/** A second of a tone, as a WAV file. */
function tone(): string {
  const rate = 8_000
  const bytes = new DataView(new ArrayBuffer(44 + rate))
  const text = (at: number, letters: string) => {
    for (let index = 0; index < letters.length; index += 1) bytes.setUint8(at + index, letters.charCodeAt(index))
  }
  text(0, 'RIFF')
  bytes.setUint32(4, 36 + rate, true)
  text(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true)
  bytes.setUint16(20, 1, true)
  bytes.setUint16(22, 1, true)
  bytes.setUint32(24, rate, true)
  bytes.setUint32(28, rate, true)
  bytes.setUint16(32, 1, true)
  bytes.setUint16(34, 8, true)
  text(36, 'data')
  bytes.setUint32(40, rate, true)
  for (let at = 0; at < rate; at += 1) bytes.setUint8(44 + at, 128 + 60 * Math.sin((at * 440 * 2 * Math.PI) / rate))
  let binary = ''
  for (let at = 0; at < bytes.byteLength; at += 1) binary += String.fromCharCode(bytes.getUint8(at))
  return `data:audio/wav;base64,${btoa(binary)}`
}

export const Nothing = meta.story({ args: { output: {} } })

export const Image = meta.story({
  args: {
    output: { image: { uri: picture('#355070'), filename: 'lake.svg', size: 212_345, width: 480, height: 300 } },
  },
  play: async ({ canvas }) => {
    const frame = await canvas.findByRole('button', { name: 'A lake at dusk' })
    const { width, height } = frame.getBoundingClientRect()
    frame.focus()
    await userEvent.keyboard('{Enter}')
    await canvas.findByRole('dialog', { name: 'A lake at dusk' })
    // The frame keeps its size, whatever is in it.
    await expect(frame.getBoundingClientRect().height).toBe(height)
    await expect(frame.getBoundingClientRect().width).toBe(width)
    await userEvent.click(canvas.getByRole('button', { name: 'Close' }))
    await waitFor(() => expect(canvas.queryByRole('dialog')).toBeNull())
    await expect(frame).toHaveFocus()
  },
})

const percent = (share: number) =>
  new Intl.NumberFormat(document.documentElement.lang || 'en', { style: 'percent' }).format(share)

/** By keyboard: larger, as far as it goes, actual size, the next picture, the whole of it. */
export const PictureViewer = meta.story({
  args: { output: { images: ['#355070', '#6d597a'].map((shade) => ({ uri: picture(shade) })) } },
  play: async ({ canvas }) => {
    const first = await canvas.findByRole('button', { name: 'A lake at dusk, 1 of 2' })
    await userEvent.click(first)
    const viewer = await canvas.findByRole('dialog', { name: 'A lake at dusk, 1 of 2' })
    const scale = within(viewer).getByRole('status')
    const shows = (share: number) =>
      waitFor(() => expect(scale.textContent?.replace(/\s/g, '')).toBe(percent(share).replace(/\s/g, '')))
    await waitFor(() => expect(within(viewer).getByRole('img')).toBeVisible())
    await userEvent.keyboard('1')
    await shows(1)
    await userEvent.keyboard('{+}')
    await shows(1.25)
    for (let press = 0; press < 12; press += 1) await userEvent.keyboard('{+}')
    await shows(8)
    // There is more than fits: the arrows move.
    const image = within(viewer).getByRole('img')
    const before = image.getBoundingClientRect().left
    await userEvent.keyboard('{ArrowRight}')
    await waitFor(() => expect(image.getBoundingClientRect().left).toBe(before - 80))
    await userEvent.keyboard('0')
    await waitFor(() => expect(image.getBoundingClientRect().width).toBeLessThanOrEqual(window.innerWidth))
    await userEvent.click(canvas.getByRole('button', { name: 'Next' }))
    await expect(await canvas.findByRole('dialog', { name: 'A lake at dusk, 2 of 2' })).toBe(viewer)
    // The whole picture: the arrows go from one to the next.
    await waitFor(() => expect(within(viewer).getByRole('img')).toBeVisible())
    await userEvent.keyboard(getComputedStyle(viewer).direction === 'rtl' ? '{ArrowRight}' : '{ArrowLeft}')
    await canvas.findByRole('dialog', { name: 'A lake at dusk, 1 of 2' })
    await userEvent.click(canvas.getByRole('button', { name: 'Close' }))
    await waitFor(() => expect(first).toHaveFocus())
  },
})

export const Preview = meta.story({ args: { output: { url: picture('#6d597a') }, partial: true } })

export const Gallery = meta.story({
  args: { output: { images: ['#355070', '#6d597a', '#b56576', '#e56b6f'].map((shade) => ({ uri: picture(shade) })) } },
})

export const Video = meta.story({
  args: { output: { video: { uri: 'data:video/mp4;base64,AAAA', content_type: 'video/mp4', size: 1_100_000 } } },
})

export const Audio = meta.story({
  args: { output: { audio: { uri: tone(), filename: 'tone.wav', size: 8_044 } } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByLabelText('Audio')).toBeVisible()
  },
})

export const Text = meta.story({
  args: { output: { response: 'The lake lay still.\n\nA heron stood at its edge, and waited.' } },
})

export const LongText = meta.story({
  args: { output: 'The lake lay still. '.repeat(5_000) },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Show 80,000 more characters' }))
    await expect(await canvas.findByRole('button', { name: 'Show 20,000 more characters' })).toBeVisible()
  },
})

/** By keyboard: down, open, close, the last. */
export const Values = meta.story({
  args: {
    output: {
      seed: 3_361_028_052,
      boxes: [
        { label: 'heron', score: 0.94, box: [10, 20, 30, 40] },
        { label: 'lake', score: 0.71, box: [0, 0, 480, 300] },
      ],
      model: { name: 'detector', options: { threshold: 0.5, classes: null } },
    },
  },
  play: async ({ canvas }) => {
    const tree = await canvas.findByRole('tree')
    tree.focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}')
    await expect(await canvas.findByText('"heron"')).toBeVisible()
    await userEvent.keyboard('{ArrowLeft}')
    await waitFor(() => expect(canvas.queryByText('"heron"')).toBeNull())
    await userEvent.keyboard('{End}')
    await expect(tree.querySelector('[data-active]')).toHaveTextContent('options')
  },
})

const many = { rows: Array.from({ length: 10_000 }, (_, id) => ({ id, name: `row ${id}` })) }

export const TenThousandValues = meta.story({
  args: { output: many },
  play: async ({ canvas }) => {
    const tree = await canvas.findByRole('tree')
    await expect(tree.querySelectorAll('[role="treeitem"]').length).toBeLessThan(60)
    tree.focus()
    await userEvent.keyboard('{End}')
    await expect(await canvas.findByText('9999')).toBeVisible()
  },
})

export const File = meta.story({
  args: { output: 'https://files.example/report.pdf' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('link', { name: 'Download' })).toHaveAttribute('download', 'report.pdf')
  },
})

export const Several = meta.story({
  args: { output: { image: picture('#355070'), audio: tone(), seed: 7, steps: 50 } },
})

export const Broken = meta.story({
  args: { output: { image: { uri: 'data:image/png;base64,AAAA', filename: 'lake.png' } } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('This browser cannot show this file.')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Try again' })).toBeVisible()
  },
})

export const Unsafe = meta.story({
  args: {
    output: { page: 'data:text/html,<script>alert(1)</script>', link: { url: 'javascript:alert(1)' } },
  },
  play: async ({ canvas, canvasElement }) => {
    await expect(await canvas.findAllByText('Not shown: it can run code.')).toHaveLength(2)
    await expect(canvasElement.querySelector('a, iframe, script')).toBeNull()
  },
})

const report = [
  '# The lake',
  '',
  'It lay **still**, as [the record](https://files.example/record) says.',
  '',
  '- [x] seen at dusk',
  '- [ ] seen at dawn',
  '',
  '| bird | seen |',
  '| --- | ---: |',
  '| heron | 3 |',
  '',
  '```py',
  'print("heron")',
  '```',
].join('\n')

export const Markdown = meta.story({
  args: { output: { text: report } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('heading', { name: 'The lake' })).toBeVisible()
    await expect(canvas.getByRole('link', { name: 'the record' })).toHaveAttribute('rel', 'noopener noreferrer')
    await expect(canvas.getByRole('table')).toBeVisible()
  },
})

/** Nothing in a text runs, loads or leads elsewhere than to the web and to mail. */
export const HostileMarkdown = meta.story({
  args: {
    output: {
      text: [
        '# Hostile',
        '<script>window.hostile = true</script> <img src=x onerror="window.hostile = true">',
        '![secret](https://files.example/steal?of=you)',
        '[run](javascript:alert(1)) [data](data:text/html,x) [relative](/admin)',
        '<iframe src="https://files.example"></iframe>',
      ].join('\n\n'),
    },
  },
  play: async ({ canvas, canvasElement }) => {
    await expect(await canvas.findByRole('heading', { name: 'Hostile' })).toBeVisible()
    await expect(canvasElement.querySelectorAll('img, script, iframe')).toHaveLength(0)
    await expect(canvas.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      'https://files.example/steal?of=you',
    ])
    await expect('hostile' in window).toBe(false)
  },
})

/** What is half written is drawn as it will be. */
export const MarkdownWhileWritten = meta.story({
  args: { output: { text: `${report}\n\nAnd **then the her` }, partial: true },
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByRole('heading', { name: 'The lake' })
    await expect(canvasElement).toHaveTextContent('And then the her')
    await expect(canvasElement).not.toHaveTextContent('**')
  },
})

/** A sound that is said to be a picture, and one without any type: the first bytes tell. */
export const WrongType = meta.story({
  args: { output: { image: { uri: tone(), content_type: 'image/png' } } },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('audio')).toBeVisible())
  },
})

/** A file that its server does not give any more. */
export const Expired = meta.story({
  args: { output: { image: { uri: '/no/such/lake.png', filename: 'lake.png' } } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Try again' })).toBeVisible()
  },
})
