import { queryOptions } from '@tanstack/react-query'
import type { Query, QueryClient } from '@tanstack/react-query'
import { dehydrateTask, hydrateTask, InferstreamError } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { snapshotOf } from '../run/run-snapshot.ts'
import { lingerMs } from '../run/run-store.ts'
import type { RunStore } from '../run/run-store.ts'
import { sharedTask } from '../run/shared-tasks.ts'
import type { RunSnapshot } from '../types.ts'
import { keyOf } from './query-keys.ts'
import { showInLists } from './task-lists.ts'

/**
 * A run as one live query: it succeeds with the run's first state, then the stream writes the cache, once a frame, for as
 * long as it has observers. `useTask` and other queries of the same task share its connection. A run that has ended is
 * not asked for again; one that a persisted or server-made cache knows as going on is followed from there.
 * @param taskId without one the query waits
 */
export function taskQueryOptions<TOutput = unknown>(client: InferenceClient, taskId: string | null | undefined) {
  return queryOptions<RunSnapshot<TOutput>, InferstreamError>({
    queryKey: keyOf(client, 'task', taskId ?? null),
    enabled: Boolean(taskId),
    async queryFn(context) {
      const { client: queryClient, queryKey } = context
      if (!taskId) throw new InferstreamError('config', 'There is no task to follow: give taskQueryOptions an id.')
      const query = queryClient.getQueryCache().find({ queryKey, exact: true })
      const isServer = typeof window === 'undefined'
      const snapshot: unknown =
        query && !isServer
          ? await follow(queryClient, query, client, taskId)
          : // Read here alone: a query whose signal was read is cancelled with its last observer.
            dehydrateTask(snapshotOf(await client.tasks.get(taskId, { signal: context.signal })))
      // What a task outputs is what its caller says; nothing here could know better.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return snapshot as RunSnapshot<TOutput>
    },
    // A run's state from a server, or from a cache kept as JSON, is plain data.
    select: hydrate,
    staleTime: ({ state }) => (state.data?.isTerminal ? Infinity : 0),
    // Suspense counts data of the last second as fresh, be it a server's or a persisted cache's, and would not follow it.
    refetchOnMount: (query) => {
      const { data } = query.state
      return data === undefined || data.isTerminal || followed.has(query) || 'always'
    },
    // A log is not for comparing: its identity says whether it has grown.
    structuralSharing: false,
    // Attempts and waiting for the network are the client's business.
    retry: false,
    networkMode: 'always',
  })
}

function hydrate<TOutput>(state: RunSnapshot<TOutput>): RunSnapshot<TOutput> {
  // What a snapshot has over a state is plain data, and stays as it is.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return hydrateTask(state) as RunSnapshot<TOutput>
}

/** Queries that a stream is writing. */
const followed = new WeakSet<object>()

/** Fulfils with the run's first state and goes on writing the later ones into the query. */
async function follow(
  queryClient: QueryClient,
  query: Query,
  client: InferenceClient,
  taskId: string,
): Promise<RunSnapshot> {
  const store = sharedTask(client, taskId)
  if (store.getSnapshot().status === 'error') void store.follow(client, { taskId })
  if (!followed.has(query)) writeInto(queryClient, query, client, store)
  const state = await firstState(store)
  if (state.status !== 'error') return state
  throw state.error
}

function firstState(store: RunStore): Promise<RunSnapshot> {
  return new Promise((resolve) => {
    const check = () => {
      const state = store.getSnapshot()
      if (state.status === 'idle' || state.status === 'starting') return
      unsubscribe()
      resolve(state)
    }
    const unsubscribe = store.subscribe(check)
    check()
  })
}

/** Until the run is over, the query is removed, or it has had no enabled observer for a moment. */
function writeInto(queryClient: QueryClient, query: Query, client: InferenceClient, store: RunStore) {
  let detachTimer: ReturnType<typeof setTimeout> | undefined
  /** The status that lists have. */
  let listed: RunSnapshot['status'] | undefined
  const unsubscribe = store.subscribe(write)
  const unsubscribeFromCache = queryClient.getQueryCache().subscribe((event) => {
    if (event.query !== query) return
    if (event.type === 'removed') stop()
    const mayBeLast = event.type === 'observerRemoved' || event.type === 'observerOptionsUpdated'
    if (mayBeLast && !query.isActive()) stopSoon()
    // A fetch writes the state that it fulfilled with; the run may have gone on since.
    if (event.type === 'updated' && event.action.type === 'success' && !event.action.manual) write()
  })
  followed.add(query)
  stopSoon()

  function write() {
    const { data, fetchStatus } = query.state
    const state = store.getSnapshot()
    if (fetchStatus !== 'idle' || state.status === 'idle' || state.status === 'starting') return
    if (state.status === 'error') query.setState({ data: state, status: 'error', error: state.error })
    else if (data !== state) query.setData(state, { manual: true })
    if (state.status !== listed) showInLists(queryClient, client, state)
    listed = state.status
    if (state.isTerminal) stop()
  }

  /** Suspense counts data of the last second as fresh, so a component that it shows late finds the stream still going. */
  function stopSoon() {
    clearTimeout(detachTimer)
    detachTimer = setTimeout(() => {
      if (query.state.fetchStatus !== 'idle') stopSoon()
      else if (!query.isActive()) stop()
    }, lingerMs)
  }

  function stop() {
    clearTimeout(detachTimer)
    followed.delete(query)
    unsubscribe()
    unsubscribeFromCache()
  }
}
