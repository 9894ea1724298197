// A conversation with the local engine's assistant, in a real browser.
import { expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { engineUrl } from '../test/engine.ts'
import { inference, InferenceProvider, useAgent } from './index.ts'
import type { AgentPart } from './index.ts'

const client = inference({ baseUrl: engineUrl })

function Part({ part, approve }: { part: AgentPart; approve: (callId: string) => void }) {
  if (part.type === 'reasoning') return <em>{part.text}</em>
  if (part.type === 'text') return <span>{part.text}</span>
  if (part.type !== 'tool-call') return null
  return (
    <code>
      {part.name} {part.status}
      {part.status === 'awaiting_approval' && <button onClick={() => approve(part.id)}>Approve</button>}
    </code>
  )
}

function Chat() {
  const { messages, status, queued, sendMessage, approveTool, stop } = useAgent('my-org/assistant@latest', {
    resume: 'browser-chat',
    tools: { look_up: { execute: ({ topic }) => `${String(topic)} is known here` } },
  })
  const ask = (text: string) => void sendMessage(text)
  return (
    <>
      <output>{status}</output>
      <button onClick={() => ask('Explain entropy')}>Explain</button>
      <button onClick={() => ask('Remember that my name is Ada')}>Remember</button>
      <button onClick={() => ask('Tell me a story in 20000 words')}>Tell</button>
      <button onClick={() => ask('What is 6 * 7?')}>Ask</button>
      <button onClick={() => void stop()}>Stop</button>
      <p>{queued.length} queued</p>
      <ol>
        {messages.map(({ id, role, parts }) => (
          <li key={id} aria-label={role}>
            {parts.map((part, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- parts have no other name, and keep their place
              <Part key={index} part={part} approve={(callId) => void approveTool(callId)} />
            ))}
          </li>
        ))}
      </ol>
    </>
  )
}

it('answers with a tool of the page, waits for approval, queues, stops, and is there again after a reload', async () => {
  localStorage.clear()
  const page = (
    <InferenceProvider client={client}>
      <Chat />
    </InferenceProvider>
  )
  const screen = await render(page)
  const status = screen.getByRole('status')
  const press = (name: string) => userEvent.click(screen.getByRole('button', { name, exact: true }))

  await press('Explain')
  await expect.element(screen.getByText('look_up says: entropy is known here')).toBeVisible()
  await expect.element(status).toHaveTextContent('idle')

  await press('Remember')
  await press('Approve')
  await expect.element(screen.getByText('remember completed')).toBeVisible()
  await expect.element(status).toHaveTextContent('idle')

  await press('Tell')
  await expect.element(status).toHaveTextContent('streaming')
  await press('Ask')
  await expect.element(screen.getByText('1 queued')).toBeVisible()
  await press('Stop')
  await expect.element(screen.getByText('6 * 7 = 42.')).toBeVisible()
  await expect.element(screen.getByText('0 queued')).toBeVisible()
  await expect.element(status).toHaveTextContent('idle')

  const before = screen.getByRole('list').element().textContent
  await screen.unmount()
  const again = await render(page)
  await expect.element(again.getByText('6 * 7 = 42.')).toBeVisible()
  expect(again.getByRole('list').element().textContent).toBe(before)
})
