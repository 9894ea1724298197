import { dehydrate, hydrate, QueryClient, QueryClientProvider, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { act, render, renderHook, screen } from '@testing-library/react'
import { Suspense } from 'react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { InferstreamError } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { changed, config, handCrankFrames, pass, scriptedCounted } from '../../test/scripted.tsx'
import { useTask } from '../index.ts'
import { snapshotOf } from '../run/run-snapshot.ts'
import { taskQueryOptions, useRunMutation } from './index.ts'

handCrankFrames()

async function started() {
  const { transport, client, counts, wrapper: Provider } = scriptedCounted()
  await client.run(config, { wait: false })
  Object.assign(counts, { opened: 0, open: 0 })
  const queryClient = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>
      <Provider>{children}</Provider>
    </QueryClientProvider>
  )
  return { transport, script: transport.last, id: transport.last.taskId, client, counts, queryClient, wrapper }
}

function Suspended({ client, id }: { client: InferenceClient; id: string }) {
  const { data } = useSuspenseQuery(taskQueryOptions(client, id))
  return (
    <p>
      {data.status} {data.logs.length}
    </p>
  )
}

describe('taskQueryOptions', () => {
  it('is a live query: it succeeds with the first state and shows each later one', async () => {
    const { script, id, client, wrapper } = await started()
    const { result } = renderHook(() => useQuery(taskQueryOptions<{ image: string }>(client, id)), { wrapper })
    expect(result.current.isPending).toBe(true)
    await pass()
    expect(result.current.data?.status).toBe('received')
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    expect(result.current.data).toMatchObject({ status: 'running', phase: 'running' })
    await act(async () => script.complete({ image: 'a' }))
    await pass()
    expect(result.current).toMatchObject({ isSuccess: true, fetchStatus: 'idle' })
    expect(result.current.data?.output?.image).toBe('a')
  })

  it('renders once a frame, however many updates there are', async () => {
    const { script, id, client, wrapper } = await started()
    let renders = 0
    const { result } = renderHook(
      () => {
        renders += 1
        return useQuery(taskQueryOptions(client, id)).data?.logs.length
      },
      { wrapper },
    )
    await pass()
    renders = 0
    for (let frame = 0; frame < 20; frame++) {
      await act(async () => {
        for (let line = 0; line < 33; line++) script.update({ logs: ['x'] })
      })
      await pass()
    }
    await pass()
    expect(result.current).toBe(20 * 33)
    expect(renders).toBeLessThanOrEqual(22)
  })

  it('shares its connection with other queries and with useTask', async () => {
    const { script, id, client, counts, wrapper } = await started()
    renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    renderHook(() => useTask(id), { wrapper })
    await act(async () => script.update({ status: 'running' }))
    await pass()
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it('works with useSuspenseQuery, and is live from the first render on', async () => {
    const { script, id, client, counts, wrapper } = await started()
    render(
      <Suspense fallback="…">
        <Suspended client={client} id={id} />
      </Suspense>,
      { wrapper },
    )
    expect(screen.getByText('…')).toBeVisible()
    await pass()
    expect(screen.getByText('received 0')).toBeVisible()
    await pass(5000)
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    expect(screen.getByText('running 1')).toBeVisible()
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it('lets go when nobody observes it, and asks no more once the run has ended', async () => {
    const { script, id, client, counts, wrapper } = await started()
    const { unmount } = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await pass(5000)
    expect(counts).toEqual({ opened: 1, open: 1 })
    unmount()
    await pass(3000)
    expect(counts).toEqual({ opened: 1, open: 0 })
    const again = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await pass()
    await act(async () => script.complete(1))
    await pass()
    expect(again.result.current.data?.status).toBe('completed')
    again.unmount()
    await pass(3000)
    renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await pass()
    expect(counts.opened).toBe(2)
  })

  it('lets go while it is disabled, and is live again when it is enabled', async () => {
    const { script, id, client, counts, wrapper } = await started()
    const { result, rerender } = renderHook(
      ({ enabled }) => useQuery({ ...taskQueryOptions(client, id), enabled }).data?.logs.length,
      { wrapper, initialProps: { enabled: true } },
    )
    await pass()
    rerender({ enabled: false })
    await pass(3000)
    expect(counts.open).toBe(0)
    await act(async () => script.update({ logs: ['a'] }))
    expect(result.current).toBe(0)
    rerender({ enabled: true })
    await pass()
    await act(async () => script.update({ logs: ['b'] }))
    await pass()
    expect(result.current).toBe(2)
  })

  it('prefetched, detaches from a run also where its first state took long', async () => {
    const { script, id, client, counts, queryClient } = await started()
    let answered = false
    const { tasks } = client
    const late: typeof tasks.stream = (taskId) => {
      const inner = tasks.stream(taskId)
      const state = () => (answered ? inner.state : { ...inner.state, status: 'starting' })
      return Object.defineProperty(changed(inner, {}), 'state', { get: state }) as never
    }
    const fetching = queryClient.fetchQuery(taskQueryOptions({ ...client, tasks: { ...tasks, stream: late } }, id))
    await pass(3000)
    answered = true
    script.update({ status: 'running' })
    await pass()
    expect(await fetching).toMatchObject({ status: 'running' })
    await pass(3000)
    expect(counts).toEqual({ opened: 1, open: 0 })
  })

  it('attaches again from a persisted cache', async () => {
    const { script, id, client, queryClient, wrapper } = await started()
    const before = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    const persisted = JSON.stringify(dehydrate(queryClient))
    before.unmount()
    await pass(3000)
    queryClient.clear()
    script.update({ logs: ['b'] })
    hydrate(queryClient, JSON.parse(persisted))
    const { result } = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    expect(result.current.data).toMatchObject({ status: 'running', logs: ['a'] })
    await pass()
    expect([...(result.current.data?.logs ?? [])]).toEqual(['a', 'b'])
    await act(async () => script.complete(1))
    await pass()
    expect(result.current.data?.status).toBe('completed')
  })

  it('is live also where Suspense finds it in the cache that a server has just filled', async () => {
    const { script, id, client, counts, queryClient, wrapper } = await started()
    script.update({ status: 'running', logs: ['a'] })
    const server = new QueryClient()
    server.setQueryData(taskQueryOptions(client, id).queryKey, snapshotOf(await client.tasks.get(id)))
    hydrate(queryClient, JSON.parse(JSON.stringify(dehydrate(server))))
    render(<Suspended client={client} id={id} />, { wrapper })
    expect(screen.getByText('running 1')).toBeVisible()
    await act(async () => script.update({ logs: ['b'] }))
    await pass()
    expect(screen.getByText('running 2')).toBeVisible()
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it('shows an ended run from a persisted cache whole, and does not ask for it', async () => {
    const { script, id, client, counts, queryClient, wrapper } = await started()
    const before = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await act(async () => script.fail('out of memory'))
    await pass()
    const persisted = JSON.stringify(dehydrate(queryClient))
    before.unmount()
    await pass(3000)
    queryClient.clear()
    hydrate(queryClient, JSON.parse(persisted))
    const { result } = renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    await pass()
    const { data } = result.current
    expect(data).toMatchObject({ status: 'failed', error: { code: 'task_failed', message: 'out of memory' } })
    expect(data?.error).toBeInstanceOf(InferstreamError)
    expect(data?.logs.entry(0)?.text).toBe('a')
    expect(counts.opened).toBe(1)
  })

  it('has failed when the run cannot be followed, and tries again on refetch', async () => {
    const { client, wrapper } = await started()
    const { result } = renderHook(() => useQuery(taskQueryOptions(client, 'unknown-task')), { wrapper })
    await pass()
    expect(result.current).toMatchObject({ isError: true, error: { code: 'not_found' } })
    await act(async () => void result.current.refetch())
    await pass()
    expect(result.current).toMatchObject({ isError: true, error: { code: 'not_found' } })
  })

  it('is one query in the devtools, and waits where there is no id', async () => {
    const { id, client, queryClient, wrapper } = await started()
    renderHook(() => useQuery(taskQueryOptions(client, id)), { wrapper })
    const { result } = renderHook(() => useQuery(taskQueryOptions(client, null)), { wrapper })
    await pass()
    expect(result.current.fetchStatus).toBe('idle')
    expect(queryClient.getQueryCache().findAll({ queryKey: ['inferstream', 'task', id] })).toHaveLength(1)
  })
})

describe('useRunMutation', () => {
  it('starts a run; its id is what the query follows', async () => {
    const { transport, client, wrapper } = await started()
    const { result } = renderHook(
      () => {
        const mutation = useRunMutation()
        return { mutation, task: useQuery(taskQueryOptions(client, mutation.data?.taskId)) }
      },
      { wrapper },
    )
    await act(async () => result.current.mutation.mutate(config))
    await pass()
    expect(transport.runs).toHaveLength(2)
    await act(async () => transport.last.update({ status: 'running' }))
    await pass()
    expect(result.current.task.data).toMatchObject({ taskId: transport.last.taskId, status: 'running' })
  })

  it('has failed when the run was not accepted', async () => {
    const { wrapper } = await started()
    const { result } = renderHook(() => useRunMutation(), { wrapper })
    await act(async () => result.current.mutate({ app: '', input: {} }))
    await pass()
    expect(result.current.error?.code).toBe('config')
  })
})
