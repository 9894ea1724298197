import { inference, InferenceProvider } from '@inferstream/react'
import { scriptedTransport, type ScriptedTransport } from '@inferstream/client/testing'
import { useState, type ReactNode } from 'react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { say } from '../../../../.storybook/in-language'
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

const renderInput = (form: GeneratorInputArguments) => <Prompt {...form} />

export const Empty = meta.story({ args: { renderInput } })

export const PartialThenResult = meta.story({
  args: { renderInput },
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    const before = canvas.getByRole('region', { name: 'Result' }).getBoundingClientRect()
    transport.last.update({
      status: 'running',
      partial_output: { image: { uri: picture('gray') } },
      logs: ['pass 1/2'],
    })
    const image = await canvas.findByRole('img', { name: /a lake/ })
    transport.last.complete({ image: { uri: picture('steelblue') } })
    await waitFor(() => expect(image).toHaveAttribute('src', picture('steelblue')))
    await expect(canvas.getByRole('region', { name: 'Result' }).getBoundingClientRect()).toEqual(before)
    const enlarge = canvas.getByRole('button', { name: 'Enlarge' })
    await userEvent.click(enlarge)
    await canvas.findByRole('dialog', { name: 'a lake' })
    await userEvent.click(canvas.getByRole('button', { name: 'Close' }))
    await waitFor(() => expect(enlarge).toHaveFocus())
  },
})

/** Whatever a run returns is shown, in the room of the result. */
export const OtherOutputs = meta.story({
  args: { renderInput },
  play: async ({ canvas }) => {
    const outputs: [output: unknown, shown: RegExp | string][] = [
      [{ response: 'The lake lay still.' }, /The lake lay still/],
      [{ boxes: [{ label: 'heron', score: 0.94 }] }, /boxes/],
      [{ report: 'https://files.example/report.pdf' }, /report\.pdf/],
      [{ image: { uri: 'data:image/png;base64,AAAA' } }, say('This browser cannot show this file.')],
      [{}, say('The run returned nothing.')],
    ]
    for (const [output, shown] of outputs) {
      await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
      await canvas.findByRole('button', { name: 'Cancel' })
      transport.last.complete(output)
      await waitFor(() => expect(canvas.getByRole('region', { name: 'Result' })).toHaveTextContent(shown))
    }
  },
})

/** An error sentence, Retry, and the form keeps its input. */
export const Failed = meta.story({
  args: { renderInput },
  play: async ({ canvas }) => {
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
          Go
        </button>
        <button type="button" onClick={() => void cancel()}>
          Stop it
        </button>
        <div>Status: {status}</div>
        <div>{logs.length} rows</div>
        {output !== null && <img src={(output as { url: string }).url} alt="Made by hand" width={240} height={150} />}
      </div>
    ),
  },
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Go' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    transport.last.update({ status: 'running', logs: ['a', 'b'] })
    await expect(await canvas.findByText('2 rows')).toBeVisible()
    transport.last.complete({ url: picture('steelblue') })
    await expect(await canvas.findByRole('img', { name: 'Made by hand' })).toBeVisible()
  },
})

const picture4 = {
  type: 'object',
  title: 'Input',
  required: ['prompt'],
  examples: [
    { prompt: 'a lake at dusk', steps: 8 },
    { prompt: 'a red bicycle', seed: 7 },
  ],
  properties: {
    prompt: { type: 'string', title: 'Prompt', description: 'What to draw.' },
    image: {
      type: 'string',
      format: 'uri',
      title: 'Image',
      contentMediaType: 'image/*',
      description: 'To start from.',
    },
    aspect_ratio: { type: 'string', enum: ['1:1', '16:9', '9:16'], default: '1:1', title: 'Aspect ratio' },
    steps: { type: 'integer', minimum: 1, maximum: 50, default: 4, title: 'Passes' },
    seed: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null, title: 'Seed' },
    style: {
      type: 'string',
      enum: ['none', 'film', 'sketch', 'oil', 'watercolour', 'pixel art'],
      default: 'none',
      title: 'Style',
    },
    safe: { type: 'boolean', default: true, title: 'Safety checker' },
    negative: { type: 'array', items: { type: 'string' }, title: 'Avoid', maxItems: 3 },
    size: {
      type: 'object',
      title: 'Size',
      properties: {
        width: { type: 'integer', minimum: 64, maximum: 2048, default: 1024 },
        height: { type: 'integer', minimum: 64, maximum: 2048, default: 1024 },
      },
    },
    extra: { title: 'Extra', description: 'Passed on as it is.' },
  },
}

/** A service that refuses two things, in the shape of pydantic. */
const refusing = inference({
  baseUrl: 'https://service.example',
  fetch: async () =>
    Response.json(
      {
        detail: [
          { loc: ['body', 'input', 'prompt'], msg: 'Names a person.', type: 'value_error' },
          { loc: ['body', 'input'], msg: 'Over the quota of this app.', type: 'value_error' },
        ],
      },
      { status: 422 },
    ),
})

const fromSchema = { app: 'black-forest/picture', initialInput: {}, schema: picture4 }

/** The form is made from the app's schema. */
export const FromSchema = meta.story({
  args: fromSchema,
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('textbox', { name: /Prompt/ })).toBeVisible()
    await userEvent.type(canvas.getByRole('textbox', { name: /Prompt/ }), 'a lake')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    await expect(transport.last.config.input).toEqual({
      prompt: 'a lake',
      aspect_ratio: '1:1',
      steps: 4,
      style: 'none',
      safe: true,
    })
    transport.last.complete({ image: { uri: picture('steelblue') } })
  },
})

/** Every kind of setting. */
export const EverySetting = meta.story({
  args: fromSchema,
  play: async ({ canvas }) => {
    const prompt = await canvas.findByRole('textbox', { name: /Prompt/ })
    prompt.focus()
    await userEvent.keyboard('a lake')
    await userEvent.click(canvas.getByText(/\(8\)$/))
    const ratio = await canvas.findByRole('radio', { name: '1:1' })
    ratio.focus()
    await userEvent.keyboard('{ArrowRight}')
    await userEvent.click(canvas.getByRole('spinbutton', { name: 'Passes' }))
    await userEvent.clear(canvas.getByRole('spinbutton', { name: 'Passes' }))
    await userEvent.keyboard('12')
    canvas.getByRole('switch', { name: 'Safety checker' }).focus()
    await userEvent.keyboard(' ')
    canvas.getByRole('button', { name: 'Add' }).focus()
    await userEvent.keyboard('{Enter}')
    await userEvent.type(await canvas.findByRole('textbox', { name: 'item 1' }), 'people')
    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Style' }), 'film')
    await userEvent.type(canvas.getByRole('spinbutton', { name: 'Width' }), '512')
    await expect(canvas.getByText(/\(8\), 6 /)).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Reset Style' }))
    await expect(canvas.getByRole('combobox', { name: 'Style' })).toHaveFocus()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    await expect(transport.last.config.input).toEqual({
      prompt: 'a lake',
      aspect_ratio: '16:9',
      steps: 12,
      style: 'none',
      safe: false,
      negative: ['people'],
      size: { width: 512 },
    })
    transport.last.fail('Stopped here.')
  },
})

/** Start with errors goes to the first, and lists them all. */
export const Invalid = meta.story({
  args: { ...fromSchema, initialInput: { steps: 90, extra: 1 } },
  play: async ({ canvas }) => {
    await canvas.findByRole('textbox', { name: /Prompt/ })
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(canvas.getByRole('textbox', { name: /Prompt/ })).toHaveFocus())
    await expect(transport.runs).toHaveLength(0)
    await expect(canvas.getByText('At most 50')).toBeVisible()
    const required = say('Required')
    await expect(canvas.getByRole('alert')).toHaveTextContent(
      `${say('2 fields need attention:')}Prompt: ${required}Passes: ${say('At most 50')}`,
    )
    await userEvent.click(canvas.getByRole('button', { name: 'Passes' }))
    await userEvent.type(canvas.getByRole('textbox', { name: /Prompt/ }), 'a')
    await expect(canvas.queryByRole('alert')).toBeNull()
  },
})

/** What the service refuses stands at its field until that changes; the rest above Start. */
export const Validation422 = meta.story({
  args: { ...fromSchema, initialInput: { prompt: 'a lake' } },
  decorators: [
    (Story) => (
      <InferenceProvider client={refusing}>
        <Story />
      </InferenceProvider>
    ),
  ],
  play: async ({ canvas }) => {
    await canvas.findByRole('textbox', { name: /Prompt/ })
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    const prompt = canvas.getByRole('textbox', { name: /Prompt/ })
    await waitFor(() => expect(prompt).toHaveAccessibleDescription('What to draw. Names a person.'))
    await expect(canvas.getByText('Over the quota of this app.')).toBeVisible()
    await userEvent.type(prompt, ' at dusk')
    await expect(prompt).toHaveAccessibleDescription('What to draw.')
  },
})

/** The same input as JSON. What is no JSON yet is kept as it was typed. */
export const AsJson = meta.story({
  args: { ...fromSchema, initialInput: { prompt: 'a lake', of: 'mine' } },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('radio', { name: 'JSON' }))
    const field = canvas.getByRole('textbox', { name: 'JSON' })
    await expect(JSON.parse((field as HTMLTextAreaElement).value)).toMatchObject({
      prompt: 'a lake',
      of: 'mine',
      steps: 4,
    })
    await userEvent.clear(field)
    await userEvent.type(field, '{{"prompt": "x",')
    await expect(await canvas.findByText('Not valid JSON, line 1')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await expect(transport.runs).toHaveLength(0)
    await expect(field).toHaveValue('{"prompt": "x",')
    await userEvent.type(field, ' "steps": 9}')
    await userEvent.click(canvas.getByRole('radio', { name: 'Form' }))
    await expect(canvas.getByRole('textbox', { name: /Prompt/ })).toHaveValue('x')
  },
})

/** A file is chosen, dropped or pasted, and removed. */
export const Files = meta.story({
  args: {
    ...fromSchema,
    schema: {
      type: 'object',
      required: ['image'],
      properties: {
        image: { type: 'string', format: 'file', title: 'Image', contentMediaType: 'image/*' },
        frames: { type: 'array', title: 'Frames', items: { type: 'string', format: 'file' } },
      },
    },
  },
  play: async ({ canvas }) => {
    const chooser = await canvas.findByLabelText('Image: Choose a file')
    await userEvent.upload(
      chooser,
      new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'lake.svg', { type: 'image/svg+xml' }),
    )
    await expect(await canvas.findByText('lake.svg')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Remove lake.svg' }))
    await userEvent.type(
      canvas.getByRole('textbox', { name: 'Image, as an address' }),
      'https://files.example/lake.png',
    )
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    await expect(transport.last.config.input).toEqual({ image: 'https://files.example/lake.png' })
    transport.last.complete({ text: 'A lake.' })
  },
})

/** One of several shapes; what was typed in each is kept. */
export const Variants = meta.story({
  args: {
    ...fromSchema,
    schema: {
      type: 'object',
      required: ['source'],
      properties: {
        source: {
          title: 'Source',
          oneOf: [
            {
              title: 'Text',
              type: 'object',
              properties: { type: { const: 'text' }, words: { type: 'string', title: 'Words' } },
              required: ['type', 'words'],
            },
            {
              title: 'Page',
              type: 'object',
              properties: { type: { const: 'page' }, url: { type: 'string', format: 'uri', title: 'Address' } },
              required: ['type', 'url'],
            },
          ],
        },
      },
    },
  },
  play: async ({ canvas }) => {
    await userEvent.type(await canvas.findByRole('textbox', { name: /Words/ }), 'hello')
    await userEvent.click(canvas.getByRole('radio', { name: 'Page' }))
    await userEvent.type(canvas.getByRole('textbox', { name: /Address/ }), 'https://a.example')
    await userEvent.click(canvas.getByRole('radio', { name: 'Text' }))
    await expect(canvas.getByRole('textbox', { name: /Words/ })).toHaveValue('hello')
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    await expect(transport.last.config.input).toEqual({ source: { type: 'text', words: 'hello' } })
    transport.last.complete({ text: 'Hello.' })
  },
})

/** An app that says nothing of its input takes JSON. */
export const NoSchema = meta.story({ args: { ...fromSchema, schema: {} } })

/** The schema could not be loaded: it can be tried again, and the input be written. */
export const SchemaUnavailable = meta.story({
  args: { ...fromSchema, schema: undefined },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent(/local|scripted/)
    await expect(canvas.getByRole('button', { name: 'Try again' })).toBeVisible()
    await expect(canvas.getByRole('textbox', { name: 'JSON' })).toBeVisible()
  },
})
