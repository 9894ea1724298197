import { inference, InferenceProvider } from '@inferstream/react'
import { scriptedTransport, type ScriptedTransport } from '@inferstream/client/testing'
import { useState, type ReactNode } from 'react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { Generator, type GeneratorInputArguments } from './generator.tsx'

/** A small SVG picture in one colour. */
const picture = (shade: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300"><rect width="480" height="300" fill="${shade}"/><circle cx="240" cy="170" r="70" fill="white" opacity=".8"/></svg>`,
  )}`

let transport: ScriptedTransport

function Scripted({ children }: { children: ReactNode }) {
  const [client] = useState(() => {
    transport = scriptedTransport()
    return inference({ transport })
  })
  return <InferenceProvider client={client}>{children}</InferenceProvider>
}

function Prompt({ input, setInput }: GeneratorInputArguments) {
  return (
    <label style={{ display: 'grid', gap: 4 }}>
      Prompt
      <input
        value={typeof input['prompt'] === 'string' ? input['prompt'] : ''}
        onChange={(event) => setInput((before) => ({ ...before, prompt: event.target.value }))}
      />
    </label>
  )
}

const meta = preview.meta({
  title: 'Generator',
  component: Generator,
  args: {
    app: 'local/path-tracer',
    initialInput: { prompt: 'a lake' },
    renderInput: (form) => <Prompt {...form} />,
  },
  parameters: { layout: 'padded' },
  decorators: [
    (Story) => (
      <Scripted>
        <div style={{ maxInlineSize: 560 }}>
          <Story />
        </div>
      </Scripted>
    ),
  ],
})

export const Empty = meta.story()

export const PartialThenResult = meta.story({
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    const before = canvas.getByRole('region', { name: 'Result' }).getBoundingClientRect()
    transport.last.update({
      status: 'running',
      partial_output: { image: { uri: picture('gray') } },
      logs: ['pass 1/2'],
    })
    const image = await canvas.findByRole('img', { name: 'a lake' })
    transport.last.complete({ image: { uri: picture('steelblue') } })
    await waitFor(() => expect(image).toHaveAttribute('src', picture('steelblue')))
    await expect(canvas.getByRole('region', { name: 'Result' }).getBoundingClientRect()).toEqual(before)
  },
})

/** Whatever a run returns is shown, in the room of the result. */
export const OtherOutputs = meta.story({
  play: async ({ canvas }) => {
    const outputs: [output: unknown, shown: RegExp][] = [
      [{ response: 'The lake lay still.' }, /The lake lay still/],
      [{ boxes: [{ label: 'heron', score: 0.94 }] }, /boxes/],
      [{ report: 'https://files.example/report.pdf' }, /report\.pdf/],
      [{ image: { uri: 'data:image/png;base64,AAAA' } }, /Could not be loaded/],
      [{}, /returned nothing/],
    ]
    for (const [output, shown] of outputs) {
      await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
      await waitFor(() =>
        expect(canvas.getByRole('button', { name: 'Start' })).toHaveAttribute('aria-disabled', 'true'),
      )
      transport.last.complete(output)
      await waitFor(() => expect(canvas.getByRole('region', { name: 'Result' })).toHaveTextContent(shown))
    }
  },
})

/** An error sentence, Retry, and the form keeps its input. */
export const Failed = meta.story({
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement)
    await userEvent.type(canvas.getByRole('textbox', { name: 'Prompt' }), ' at dusk')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    transport.last.update({ status: 'running', logs: ['loading the scene'] })
    transport.last.fail('The scene has no camera.')
    await expect(await canvas.findByText('The scene has no camera.')).toBeVisible()
    await expect(canvas.getByRole('textbox', { name: 'Prompt' })).toHaveValue('a lake at dusk')
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(transport.runs).toHaveLength(2))
    await expect(transport.last.config.input).toEqual({ prompt: 'a lake at dusk' })
  },
})

/** The smallest form: the children render everything. */
export const HandMade = meta.story({
  args: {
    children: ({ status, output, logs, run, cancel }) => (
      <div>
        <button type="button" onClick={() => void run({ app: 'my-app', input: {} })}>
          Start
        </button>
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
        <div>Status: {status}</div>
        <div>{logs.length} lines</div>
        {output !== null && <img src={(output as { url: string }).url} alt="Result" width={240} height={150} />}
      </div>
    ),
  },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    transport.last.update({ status: 'running', logs: ['a', 'b'] })
    await expect(await canvas.findByText('2 lines')).toBeVisible()
    transport.last.complete({ url: picture('steelblue') })
    await expect(await canvas.findByRole('img', { name: 'Result' })).toBeVisible()
  },
})
