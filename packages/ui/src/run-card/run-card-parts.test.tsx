import { InferstreamError, InferenceProvider, inference } from '@inferstream/react'
import { scriptedTransport } from '@inferstream/client/testing'
import { act, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { describePart, loosen } from '../testing/part-conformance.tsx'
import { logView, taskState } from '../testing/task-state.ts'
import { RunCard, RunCardPrimitive as P } from './index.ts'

const done = taskState({
  status: 'completed',
  output: { response: 'The lake lay still.' },
  logs: logView(['a']),
  endedAt: 1,
})
const failed = taskState({
  status: 'failed',
  logs: logView(['pass 1', 'ERROR: no memory']),
  partialOutput: { response: 'The lake' },
  error: new InferstreamError('task_failed', 'No memory.'),
  endedAt: 1,
})

describe.each([
  { slot: 'run-card-output', Part: loosen(P.Output) },
  { slot: 'run-card-logs', Part: loosen(P.Logs) },
  { slot: 'run-card-open', Part: loosen(P.Open) },
])('$slot', ({ slot, Part }) => {
  describePart({
    slot,
    part: (props) => (
      <P.Root stream={done} onOpen={() => {}}>
        <Part {...props} />
      </P.Root>
    ),
  })

  it('names its Root in the error when it is used alone', () => {
    expect(() => render(<Part />)).toThrow(/Put it inside RunCardPrimitive\.Root/)
  })
})

describe('Root', () => {
  const Root = loosen(P.Root)
  describePart({ slot: 'run-card', part: (props) => <Root stream={done} {...props} /> })
})

describe('a card', () => {
  it('shows the result, and the log on demand', async () => {
    render(<RunCard stream={done} label="Story" />)
    expect(screen.getByRole('article', { name: 'Story' })).toBeInTheDocument()
    expect(await screen.findByText('The lake lay still.')).toBeInTheDocument()
    expect(screen.queryByRole('log')).not.toBeInTheDocument()
    const details = screen.getByText('Log').closest('details')!
    act(() => {
      details.open = true
    })
    expect(await screen.findByRole('log', { name: 'Log, Story' })).toBeInTheDocument()
  })

  it('of a failed run keeps the error and what was there until then, and opens the log', async () => {
    render(<RunCard stream={failed} label="Story" />)
    expect(screen.getByText('No memory.')).toBeInTheDocument()
    expect(await screen.findByText('The lake')).toBeInTheDocument()
    expect(await screen.findByText('ERROR: no memory')).toBeInTheDocument()
  })

  it('in a row has neither result nor log', () => {
    render(<RunCard stream={done} label="Story" variant="row" />)
    expect(screen.queryByText('The lake lay still.')).not.toBeInTheDocument()
    expect(screen.queryByText('Log')).not.toBeInTheDocument()
  })

  it('follows a task by its id', async () => {
    const transport = scriptedTransport()
    const client = inference({ transport })
    await client.run({ app: 'a/b', input: {} }, { stream: true })
    const onOpen = vi.fn<() => void>()
    render(
      <InferenceProvider client={client}>
        <RunCard taskId={transport.last.taskId} label="Story" onOpen={onOpen} />
      </InferenceProvider>,
    )
    act(() => transport.last.complete({ response: 'The end.' }))
    expect(await screen.findByText('The end.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Open Story' }))
    expect(onOpen).toHaveBeenCalledTimes(1)
  })
})
