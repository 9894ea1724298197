// @vitest-environment node
import { dehydrate, hydrate, QueryClient, QueryClientProvider, useSuspenseQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { renderToReadableStream } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { inference } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { config } from '../../test/scripted.tsx'
import { taskQueryOptions } from './index.ts'

async function failedRun() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  const { taskId } = await client.run(config, { wait: false })
  transport.last.update({ status: 'running', logs: ['a'] })
  transport.last.fail('out of memory')
  return { client, taskId }
}

function Failure({ client, id }: { client: InferenceClient; id: string }) {
  const { data } = useSuspenseQuery(taskQueryOptions(client, id))
  return `${data.status}: ${data.error?.message}, ${data.logs.entry(0)?.text}`
}

const htmlOf = async (queryClient: QueryClient, client: InferenceClient, id: string) => {
  const stream = await renderToReadableStream(
    <QueryClientProvider client={queryClient}>
      <Suspense>
        <Failure client={client} id={id} />
      </Suspense>
    </QueryClientProvider>,
  )
  await stream.allReady
  return new Response(stream).text()
}

const told = 'failed: out of memory, a'

describe('taskQueryOptions on a server', () => {
  it('renders the run as the service has it', async () => {
    const { client, taskId } = await failedRun()
    expect(await htmlOf(new QueryClient(), client, taskId)).toContain(told)
  })

  it('prefetched by a server component, gives the page the same as plain data, with what went wrong', async () => {
    const { client, taskId } = await failedRun()
    const server = new QueryClient()
    await server.prefetchQuery(taskQueryOptions(client, taskId))
    const sent = dehydrate(server)
    expect(structuredClone(sent)).toEqual(JSON.parse(JSON.stringify(sent)))
    const page = new QueryClient()
    hydrate(page, structuredClone(sent))
    expect(await htmlOf(page, client, taskId)).toContain(told)
  })
})
