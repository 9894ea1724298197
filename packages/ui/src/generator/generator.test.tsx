import {
  inference,
  InferenceProvider,
  InferstreamError,
  type InferenceClient,
  type RunConfig,
  type RunStreamOptions,
  type TaskStream,
} from '@inferstream/react'
import { scriptedTransport } from '@inferstream/client/testing'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Generator } from './index.ts'

beforeEach(() => {
  localStorage.clear()
  vi.restoreAllMocks()
})

function setUp() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  const open = () =>
    render(
      <InferenceProvider client={client}>
        <Generator
          app="local/path-tracer"
          resume="picture"
          initialInput={{ prompt: 'a lake' }}
          renderInput={() => null}
        />
      </InferenceProvider>,
    )
  return { transport, open }
}

/** A page that was left during a run. */
async function leftPage() {
  const { transport, open } = setUp()
  const page = open()
  await userEvent.click(screen.getByRole('button', { name: 'Start' }))
  await waitFor(() => expect(transport.runs).toHaveLength(1))
  act(() =>
    transport.last.update({ status: 'running', logs: ['pass 1/4'], partial_output: { image: 'https://x.test/1' } }),
  )
  await screen.findByRole('img')
  page.unmount()
  return { transport, open }
}

describe('the alternative text of a picture', () => {
  it('is the prompt that the run got, whatever the field says now, and says that it is a preview', async () => {
    const transport = scriptedTransport()
    render(
      <InferenceProvider client={inference({ transport })}>
        <Generator
          app="local/path-tracer"
          initialInput={{ prompt: 'a lake' }}
          renderInput={({ setInput }) => (
            <button type="button" onClick={() => setInput({ prompt: 'a forest' })}>
              Forest
            </button>
          )}
        />
      </InferenceProvider>,
    )
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    act(() => transport.last.update({ status: 'running', partial_output: { image: 'https://x.test/1' } }))
    await userEvent.click(screen.getByRole('button', { name: 'Forest' }))
    expect(await screen.findByRole('img', { name: 'Preview: a lake' })).toBeInTheDocument()
    act(() => transport.last.complete({ image: 'https://x.test/2' }))
    expect(await screen.findByRole('img', { name: 'a lake' })).toBeInTheDocument()
  })
})

describe('a preview that is gone before it is asked for', () => {
  it('leaves the one before in its place; a result that is gone is said to be', async () => {
    const transport = scriptedTransport()
    render(
      <InferenceProvider client={inference({ transport })}>
        <Generator app="local/path-tracer" initialInput={{ prompt: 'a lake' }} renderInput={() => null} />
      </InferenceProvider>,
    )
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    const preview = async (image: string) => {
      act(() => transport.last.update({ status: 'running', partial_output: { image } }))
      await waitFor(() => expect(screen.getByRole('img')).toHaveAttribute('src', image))
    }
    await preview('https://x.test/1')
    fireEvent.load(screen.getByRole('img'))
    await preview('https://x.test/2')
    fireEvent.error(screen.getByRole('img'))
    expect(screen.getByRole('img', { name: 'Preview: a lake' })).toHaveAttribute('src', 'https://x.test/1')
    await preview('https://x.test/3')
    act(() => transport.last.complete({ image: 'https://x.test/4' }))
    await waitFor(() => expect(screen.getByRole('img')).toHaveAttribute('src', 'https://x.test/4'))
    fireEvent.error(screen.getByRole('img'))
    expect(screen.queryByRole('img', { name: 'a lake' })).not.toBeInTheDocument()
  })
})

describe('a reload', () => {
  it('restores the run with its log and its partial picture, and follows it to its end', async () => {
    const { transport, open } = await leftPage()
    open()
    expect(await screen.findByRole('img')).toHaveAttribute('src', 'https://x.test/1')
    expect(screen.getByText('Running')).toBeVisible()
    expect((await screen.findAllByText('pass 1/4')).length).toBeGreaterThan(0)
    expect(screen.queryByRole('button', { name: 'Start' })).toBeNull()
    expect(transport.runs).toHaveLength(1)
    act(() => transport.last.complete({ image: 'https://x.test/2' }))
    await screen.findByText('Done')
    expect(screen.getByRole('img')).toHaveAttribute('src', 'https://x.test/2')
  })

  it('shows a run that ended meanwhile as ended, and Retry runs the input of the form', async () => {
    const { transport, open } = await leftPage()
    transport.last.fail('The scene has no camera.')
    open()
    expect(await screen.findByText('The scene has no camera.')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(transport.runs).toHaveLength(2))
    expect(transport.last.config).toMatchObject({ app: 'local/path-tracer', input: { prompt: 'a lake' } })
  })
})

it('keeps the partial picture when a run fails, and shows the error beside it', async () => {
  const { transport, open } = setUp()
  open()
  await userEvent.click(screen.getByRole('button', { name: 'Start' }))
  await waitFor(() => expect(transport.runs).toHaveLength(1))
  act(() => transport.last.update({ status: 'running', partial_output: { image: 'https://x.test/1' } }))
  await screen.findByRole('img')
  act(() => transport.last.fail('Out of memory.'))
  expect(await screen.findByText('Out of memory.')).toBeVisible()
  expect(screen.getByRole('img')).toHaveAttribute('src', 'https://x.test/1')
})

it('estimates the progress of the second run of an app', async () => {
  const { transport, open } = setUp()
  open()
  await userEvent.click(screen.getByRole('button', { name: 'Start' }))
  await waitFor(() => expect(transport.runs).toHaveLength(1))
  act(() => transport.last.update({ status: 'running' }))
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5) // a run of 0 ms estimates nothing
  act(() => transport.last.complete({}))
  await screen.findByText('Done')
  await userEvent.click(screen.getByRole('button', { name: 'Start' }))
  await waitFor(() => expect(transport.runs).toHaveLength(2))
  act(() => transport.last.update({ status: 'running' }))
  await waitFor(() => expect(screen.getByRole('progressbar')).toHaveAttribute('data-progress-source', 'estimated'))
})

it('with children, as in the reference: they render the run, and its output needs no type', async () => {
  const transport = scriptedTransport()
  render(
    <InferenceProvider client={inference({ transport })}>
      <Generator>
        {({ status, output, logs, run, cancel }) => (
          <>
            <button onClick={() => void run({ app: 'my-app', input: {} })}>Generate</button>
            <button onClick={() => void cancel()}>Cancel</button>
            <p>
              {status}, {logs.length} lines
            </p>
            {output && <img src={output.url} alt="Result" />}
          </>
        )}
      </Generator>
    </InferenceProvider>,
  )
  await userEvent.click(screen.getByRole('button', { name: 'Generate' }))
  await waitFor(() => expect(transport.runs).toHaveLength(1))
  act(() => transport.last.update({ status: 'running', logs: ['a', 'b'] }))
  expect(await screen.findByText('running, 2 lines')).toBeInTheDocument()
  act(() => transport.last.complete({ url: 'https://x.test/1.png' }))
  expect(await screen.findByRole('img', { name: 'Result' })).toHaveAttribute('src', 'https://x.test/1.png')
})

const prompt = () => screen.findByRole('textbox', { name: /Prompt/ })

describe('a form from a schema', () => {
  const schema = {
    type: 'object',
    required: ['prompt'],
    properties: {
      prompt: { type: 'string', title: 'Prompt' },
      steps: { type: 'integer', default: 4, maximum: 50, title: 'Steps' },
      attachment: { type: 'string', format: 'file', title: 'Image' },
    },
  }

  function openForm(options: { resume?: string; schema?: object } = {}) {
    const transport = scriptedTransport()
    const page = render(
      <InferenceProvider client={inference({ transport })}>
        <Generator app="a/b" schema={schema} {...options} />
      </InferenceProvider>,
    )
    return { transport, page }
  }

  it('comes back after a reload with what was typed, and names the file that has to be chosen again', async () => {
    const { page } = openForm({ resume: 'form' })
    await userEvent.type(await prompt(), 'a lake')
    await userEvent.upload(screen.getByLabelText('Image: Choose a file'), new File(['x'], 'lake.png'))
    expect(await screen.findByText('lake.png')).toBeVisible()
    page.unmount()
    const { transport } = openForm({ resume: 'form' })
    expect(await prompt()).toHaveValue('a lake')
    expect(screen.getByText('lake.png was not sent before the page was left. Choose it again.')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    expect(transport.last.config.input).toEqual({ prompt: 'a lake', steps: 4 })
  })

  it('keeps no passwords', async () => {
    const secret = {
      type: 'object',
      properties: { token: { type: 'string', format: 'password', title: 'Token' }, a: { type: 'string' } },
    }
    render(
      <InferenceProvider client={inference({ transport: scriptedTransport() })}>
        <Generator app="a/b" schema={secret} resume="form" />
      </InferenceProvider>,
    )
    await userEvent.type(await screen.findByLabelText('Token'), 'hunter2')
    await userEvent.type(screen.getByLabelText('A'), 'kept')
    const stored = localStorage.getItem('inferstream:form:form')
    expect(stored).toContain('kept')
    expect(stored).not.toContain('hunter')
  })

  it('keeps nothing without a name for the run', async () => {
    const { page } = openForm()
    await userEvent.type(await prompt(), 'a lake')
    page.unmount()
    openForm()
    expect(await prompt()).toHaveValue('')
  })

  it('works where the storage is full, disabled or holds something else', async () => {
    localStorage.setItem('inferstream:form:form', '{"input":[1],"files":7,"savedAt":"x"}')
    const setItem = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('Full.', 'QuotaExceededError')
    })
    const { transport } = openForm({ resume: 'form' })
    await userEvent.type(await prompt(), 'a lake')
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    setItem.mockRestore()
  })

  it('sends an emptied text as empty, and null for what may be null', async () => {
    const { transport } = openForm({
      schema: {
        type: 'object',
        required: ['style'],
        properties: {
          suffix: { type: 'string', default: 'in oil' },
          seed: { type: ['integer', 'null'], default: 7, title: 'Number' },
          style: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        },
      },
    })
    await userEvent.clear(await screen.findByRole('textbox', { name: /Suffix/ }))
    await userEvent.clear(screen.getByRole('spinbutton', { name: /Number/ }))
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    expect(transport.last.config.input).toEqual({ suffix: '', seed: null, style: null })
  })

  it('sends no integer as another one', async () => {
    const { transport } = openForm({ schema: { type: 'object', properties: { id: { type: 'integer', title: 'Id' } } } })
    await userEvent.type(await screen.findByRole('spinbutton', { name: 'Id' }), '9007199254740993')
    expect(await screen.findByText('Too large to be sent exactly')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    expect(transport.runs).toHaveLength(0)
  })

  it('says of JSON that is no object what is wanted', async () => {
    openForm()
    await prompt()
    await userEvent.click(screen.getByRole('radio', { name: 'JSON' }))
    const json = screen.getByRole('textbox')
    await userEvent.clear(json)
    await userEvent.type(json, '7')
    expect(await screen.findByText('The input is an object: { … }')).toBeVisible()
  })

  it('says errors of a field once it was left, and Start goes to the first one', async () => {
    const { transport } = openForm()
    const field = await prompt()
    expect(screen.queryByText('At most 50')).toBeNull()
    await userEvent.type(screen.getByRole('spinbutton', { name: 'Steps' }), '00')
    expect(screen.queryByText('At most 50')).toBeNull()
    await userEvent.tab()
    expect(screen.getByText('At most 50')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(field).toHaveFocus())
    expect(transport.runs).toHaveLength(0)
  })

  it('starts and cancels by one button, and a double click does not cancel', async () => {
    const { transport } = openForm()
    await userEvent.type(await prompt(), 'a lake')
    const button = screen.getByRole('button', { name: 'Start' })
    await userEvent.dblClick(button)
    await waitFor(() => expect(transport.runs).toHaveLength(1))
    act(() => transport.last.update({ status: 'running' }))
    await waitFor(() => expect(button).toHaveTextContent('Cancel'))
    expect(transport.last.cancelled).toBe(false)
    expect(button).toHaveFocus()
    await userEvent.type(await prompt(), '!')
    expect(screen.getByText('Changed since this run')).toBeVisible()
    const later = new MouseEvent('click', { bubbles: true })
    Object.defineProperty(later, 'timeStamp', { value: new Event('now').timeStamp + 1_000 })
    act(() => void button.dispatchEvent(later))
    await waitFor(() => expect(transport.last.cancelled).toBe(true))
    expect(button).toHaveTextContent('Cancelling…')
  })

  it('shows at its file how much has been sent, and keeps the file when sending fails', async () => {
    const client = inference({ transport: scriptedTransport() })
    let report: RunStreamOptions['onUploadProgress']
    let fail: ((error: Error) => void) | undefined
    const sent = new Promise<TaskStream>((_, reject) => {
      fail = reject
    })
    const run = async (_: RunConfig, { onUploadProgress }: RunStreamOptions): Promise<TaskStream> => {
      report = onUploadProgress
      return sent
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one overload that hooks call
    const slow = { ...client, run: run as InferenceClient['run'] }
    render(
      <InferenceProvider client={slow}>
        <Generator app="a/b" schema={schema} />
      </InferenceProvider>,
    )
    await userEvent.type(await prompt(), 'a lake')
    await userEvent.upload(screen.getByLabelText('Image: Choose a file'), new File(['x'], 'lake.png'))
    await userEvent.click(screen.getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(report).toBeDefined())
    act(() => report?.(0.4))
    expect(await screen.findByRole('progressbar', { name: 'Sending the files' })).toHaveAttribute('value', '0.4')
    await act(async () => fail?.(new InferstreamError('network', 'The connection was lost while lake.png was sent.')))
    expect(await screen.findByText('The connection was lost while lake.png was sent.')).toBeVisible()
    expect(screen.getByText('lake.png')).toBeVisible()
    expect(screen.queryByRole('progressbar', { name: 'Sending the files' })).toBeNull()
  })
})
