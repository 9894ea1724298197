import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InferenceProvider, useStream, useStreams, useTask } from './index.ts'
import { scriptedService } from './testing.ts'

const config = { app: 'ns/app', input: {} }

let warned = vi.spyOn(console, 'error')

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a global that React's documentation names
const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean | undefined }

// Testing Library sets it where `beforeAll` is a global.
beforeEach(() => {
  environment.IS_REACT_ACT_ENVIRONMENT = true
  warned = vi.spyOn(console, 'error')
})
afterEach(() => {
  environment.IS_REACT_ACT_ENVIRONMENT = undefined
  vi.restoreAllMocks()
})

function Picture() {
  const { status, progress, logs, output, error, taskId, run, cancel } = useStream<object, string>()
  const task = useTask(taskId)
  return (
    <>
      <button onClick={() => void run(config)}>Draw</button>
      <button onClick={() => void cancel()}>Cancel</button>
      <p>
        {status} {task.status} {progress?.fraction} {logs.length} {output} {error?.message}
      </p>
    </>
  )
}

function Batch() {
  const { counts, start } = useStreams({ concurrency: 1 })
  return <button onClick={() => void start([config, config])}>{JSON.stringify(counts)}</button>
}

const shown = () => screen.getByRole('paragraph').textContent

/** A run started by a click, once it is there: a request takes a moment. */
const begun = (service: ReturnType<typeof scriptedService>, count = 1) =>
  vi.waitFor(() => expect(service.runs).toHaveLength(count))

describe('a test with scriptedService', () => {
  it('sees each step when it returns, and React warns of nothing', async () => {
    const service = scriptedService()
    render(<Picture />, {
      wrapper: ({ children }) => <InferenceProvider client={service.client}>{children}</InferenceProvider>,
    })
    fireEvent.click(screen.getByText('Draw'))
    await begun(service)
    service.last.update({ status: 'running', logs: ['a'] })
    expect(shown()).toBe('running running  1  ')
    for (let line = 2; line <= 5; line++) {
      service.last.update({ logs: ['b'] })
      expect(shown()).toBe(`running running  ${line}  `)
    }
    service.last.complete('fox.png')
    expect(shown()).toBe('completed completed  5 fox.png ')
    fireEvent.click(screen.getByText('Draw'))
    await begun(service, 2)
    service.last.fail('out of memory')
    expect(shown()).toBe('failed failed  0  out of memory')
    await screen.findByText(/out of memory/)
    expect(warned).not.toHaveBeenCalled()
  })

  it('presses as a browser does, and cancels', async () => {
    const service = scriptedService()
    render(
      <InferenceProvider client={service.client}>
        <Picture />
      </InferenceProvider>,
    )
    screen.getByText('Draw').click()
    await begun(service)
    screen.getByText('Cancel').click()
    await vi.waitFor(() => expect(service.last.cancelled).toBe(true))
    service.last.update({ status: 'cancelled' })
    expect(shown()).toMatch(/^cancelled/)
    expect(service.runs[0]).toBe(service.last)
    expect(warned).not.toHaveBeenCalled()
  })

  it('goes through a batch', async () => {
    const service = scriptedService()
    render(
      <InferenceProvider client={service.client}>
        <Batch />
      </InferenceProvider>,
    )
    fireEvent.click(screen.getByRole('button'))
    await begun(service)
    service.last.complete(1)
    await begun(service, 2)
    service.last.fail('no')
    expect(await screen.findByText(/"completed":1,"failed":1/)).toBeVisible()
    expect(warned).not.toHaveBeenCalled()
  })
})
