// @ai-sdk/react with custom data as in its documentation: one data part per update, throttled to 50 ms.
import { useChat } from '@ai-sdk/react'
import { useEffect } from 'react'
import { client, configOf } from './client.js'
import { mounted, Rows, useCommits } from './rows.jsx'

const transport = {
  async sendMessages({ messages }) {
    const plan = messages.at(-1).parts[0].text
    const stream = await client.run(configOf(plan), { stream: true })
    const batches = stream.batches()[Symbol.asyncIterator]()
    return new ReadableStream({
      start(controller) {
        controller.enqueue({ type: 'start' })
      },
      async pull(controller) {
        const { done, value } = await batches.next()
        if (done) {
          controller.enqueue({ type: 'finish' })
          controller.close()
          return
        }
        for (const { logs, status } of value) controller.enqueue({ type: 'data-update', data: { logs, status } })
      },
    })
  },
  reconnectToStream: async () => null,
}

function AiSdk({ bench, onReady }) {
  const { messages, status, sendMessage } = useChat({ transport, experimental_throttle: 50 })
  useCommits(bench)
  useEffect(() => onReady(() => (plan) => void sendMessage({ text: plan })), [onReady, sendMessage])
  const updates = messages.at(-1)?.parts.filter(({ type }) => type === 'data-update') ?? []
  const isDone = status === 'ready' && updates.at(-1)?.data.status === 'completed'
  return (
    <>
      <p>
        {isDone ? 'completed' : status} {updates.length}
      </p>
      <Rows lines={updates.slice(-31).flatMap(({ data }) => data.logs)} />
    </>
  )
}

export const mount = async (root, bench) => (await mounted(root, bench, AiSdk))()
