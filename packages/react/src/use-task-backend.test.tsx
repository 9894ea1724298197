import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { fromBackend, inference, useStream, useTask, type Backend, type BackendUpdate } from './index.ts'
import { taskQueryOptions } from './query/index.ts'

/** A queue whose first stream of each page is cut after two updates. */
function pageOfQueue() {
  const history: BackendUpdate[] = [
    { status: 'running', logs: ['one'] },
    { logs: ['two'] },
    { status: 'completed', output: 7, logs: ['three'] },
  ]
  let streams = 0
  const backend: Backend<number> = {
    kind: 'queue',
    promises: { resume: 'cursor', cancel: false, logs: true },
    start: async () => ({ taskId: 'job-1' }),
    async *follow(_taskId, { after }) {
      streams += 1
      const from = after ?? 0
      const to = streams === 1 ? 2 : history.length
      for (const [index, update] of history.slice(from, to).entries()) yield { ...update, cursor: from + index + 1 }
    },
  }
  return inference({ transport: fromBackend(backend) })
}

beforeEach(() => localStorage.clear())

const ended = { taskId: 'job-1', status: 'completed', output: 7, logs: ['one', 'two', 'three'] }

it('a run of any backend is joined by its id', async () => {
  const client = pageOfQueue()
  const { result } = renderHook(() => useTask('job-1', { client }))
  await waitFor(() => expect(result.current).toMatchObject(ended), { timeout: 5_000 })
})

it('a run of any backend comes back after a reload', async () => {
  const first = renderHook(() => useStream({ client: pageOfQueue(), resume: 'job' }))
  void first.result.current.run({ app: 'a/b', input: {} })
  await waitFor(() => expect(first.result.current.taskId).toBe('job-1'))
  first.unmount()
  const client = pageOfQueue()
  const second = renderHook(() => useStream({ client, resume: 'job' }))
  await waitFor(() => expect(second.result.current).toMatchObject(ended), { timeout: 5_000 })
})

it('a run of any backend is attached', async () => {
  const { result } = renderHook(() => useStream({ client: pageOfQueue() }))
  result.current.attach('job-1')
  await waitFor(() => expect(result.current).toMatchObject(ended), { timeout: 5_000 })
})

it('a run of any backend is a query', async () => {
  const client = pageOfQueue()
  const queryClient = new QueryClient()
  const { result } = renderHook(() => useQuery(taskQueryOptions(client, 'job-1')), {
    wrapper: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
  })
  await waitFor(() => expect(result.current.data).toMatchObject({ status: 'completed', output: 7 }), { timeout: 5_000 })
  queryClient.clear()
})
