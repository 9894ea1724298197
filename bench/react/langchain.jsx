// LangChain's useStream with a custom transport: one custom event per update, written into state as in its documentation.
import { useStream } from '@langchain/langgraph-sdk/react'
import { useEffect } from 'react'
import { client, configOf } from './client.js'
import { mounted, Rows, useCommits } from './rows.jsx'

async function* eventsOf(plan) {
  const stream = await client.run(configOf(plan), { stream: true })
  yield { event: 'values', data: { lines: [], status: 'running' } }
  for await (const { logs, status } of stream) yield { event: 'custom', data: { logs, status } }
}

const transport = { stream: async ({ input }) => eventsOf(input.plan) }

function LangChain({ bench, onReady }) {
  const { values, submit } = useStream({
    transport,
    onCustomEvent: ({ logs, status }, { mutate }) =>
      mutate((before) => ({ lines: [...(before.lines ?? []), ...logs], status })),
  })
  useCommits(bench)
  useEffect(() => onReady(() => (plan) => void submit({ plan })), [onReady, submit])
  const lines = values?.lines ?? []
  return (
    <>
      <p>
        {values?.status ?? 'idle'} {lines.length}
      </p>
      <Rows lines={lines} />
    </>
  )
}

export const mount = async (root, bench) => (await mounted(root, bench, LangChain))()
