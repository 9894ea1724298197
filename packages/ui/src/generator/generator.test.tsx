import { inference, InferenceProvider } from '@inferstream/react'
import { scriptedTransport } from '@inferstream/client/testing'
import { act, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Generator } from './index.ts'

beforeEach(() => localStorage.clear())

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

describe('a reload', () => {
  it('restores the run with its log and its partial picture, and follows it to its end', async () => {
    const { transport, open } = await leftPage()
    open()
    expect(await screen.findByRole('img')).toHaveAttribute('src', 'https://x.test/1')
    expect(screen.getByText('Running')).toBeVisible()
    expect((await screen.findAllByText('pass 1/4')).length).toBeGreaterThan(0)
    expect(screen.getByRole('button', { name: 'Start' })).toHaveAttribute('aria-disabled', 'true')
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
