import { memo, useId, useState, type SubmitEvent } from 'react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { useAgent, useTask, type AgentMessage, type AgentPart } from '../../packages/react/src/index.ts'
import { ProgressDisplay } from '../../packages/ui/src/progress-display/index.ts'
import preview from '../preview'
import { press } from './press.ts'
import { callStatus, ScriptedChat, sendCall, type ChatStep } from './scripted-chat.tsx'
import { useRenderCount } from './use-render-count.ts'

type Chat = ReturnType<typeof useAgent>

const meta = preview.meta({ title: 'useAgent', parameters: { docs: { canvas: { sourceState: 'none' } } } })

/** A complete chat with `useAgent`. */
function PlainChat() {
  const { messages, queued, status, error, sendMessage, stop, approveTool, rejectTool, cancelQueued } =
    useAgent('ns/gardener')
  const [text, setText] = useState('')
  const fieldId = useId()

  function send(event: SubmitEvent) {
    event.preventDefault()
    if (text.trim() === '') return
    setText('')
    // The error is in `chat.error`.
    sendMessage(text).catch(() => {})
  }

  return (
    <>
      <div role="log" aria-live="off" aria-label="Conversation">
        {messages.map((message) => (
          <Message key={message.id} message={message} approve={approveTool} reject={rejectTool} />
        ))}
        {queued.map(({ id, parts }) => (
          <article key={id} aria-label="queued">
            <p>{parts.map((part) => part.type === 'text' && part.text)} (queued)</p>
            <button type="button" onClick={() => void cancelQueued(id)}>
              Take back
            </button>
          </article>
        ))}
      </div>
      {error && <p role="alert">{error.message}</p>}
      <p>Agent: {status.replaceAll('_', ' ')}</p>
      <form onSubmit={send}>
        <label htmlFor={fieldId}>Message</label>
        <input id={fieldId} value={text} onChange={(event) => setText(event.target.value)} />
        <div className="hook-actions">
          <button type="submit">Send</button>
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        </div>
      </form>
    </>
  )
}

interface MessageProps {
  message: AgentMessage
  approve: Chat['approveTool']
  reject: Chat['rejectTool']
}

/** An unchanged message is the identical object, so that only the growing one renders. */
const Message = memo(function Message({ message, approve, reject }: MessageProps) {
  const renders = useRenderCount()
  return (
    <article aria-label={message.role} data-renders={renders}>
      {message.parts.map((part, index) => (
        <Part key={part.type === 'tool-call' ? part.id : index} part={part} approve={approve} reject={reject} />
      ))}
      {message.error && <p role="alert">{message.error}</p>}
    </article>
  )
})

function Part({ part, approve, reject }: { part: AgentPart } & Omit<MessageProps, 'message'>) {
  if (part.type === 'text') return <p>{part.text}</p>
  if (part.type === 'reasoning') return <p>Thinking: {part.text}</p>
  if (part.type !== 'tool-call') return <p>Attached: {part.type === 'image' ? part.uri : part.file.uri}</p>
  return (
    <section aria-label={`Tool ${part.name}`}>
      <p>
        <code>{`${part.name}(${JSON.stringify(part.args)})`}</code> {part.status.replaceAll('_', ' ')}
      </p>
      {part.taskId && <ToolRun taskId={part.taskId} />}
      {part.result !== undefined && <pre>{JSON.stringify(part.result)}</pre>}
      {part.status === 'awaiting_approval' && (
        <div className="hook-actions">
          <button type="button" onClick={() => void approve(part.id)}>
            Allow
          </button>
          <button type="button" onClick={() => void reject(part.id, 'Not now')}>
            Deny
          </button>
        </div>
      )}
    </section>
  )
}

function ToolRun({ taskId }: { taskId: string }) {
  return <ProgressDisplay stream={useTask(taskId)} label="Watering" />
}

const steps: readonly ChatStep[] = [
  { label: 'it thinks', run: ({ chats }) => chats.last.delta({ reasoning: 'No rain for a week.' }) },
  { label: 'the first words come', run: ({ chats }) => chats.last.delta({ response: 'The beds are dry.' }) },
  { label: 'more words come', run: ({ chats }) => chats.last.delta({ response: ' Shall I water them?' }) },
  { label: 'it asks to use a tool', run: (service) => sendCall(service, 'awaiting_approval') },
  {
    label: 'the tool, if you allowed it, is halfway',
    run: ({ task }) => task.send({ progress: { current: 10, total: 20 } }),
  },
  {
    label: 'the tool, if you allowed it, is done, and the next message of the turn begins',
    run(service) {
      const { chats, task } = service
      task.send({ status: 10, progress: { current: 20, total: 20 }, output: { watered: 20 } })
      if (callStatus(service) === 'in_progress')
        sendCall(service, 'completed', { execution_id: task.id, result: '{"watered":20}' })
      chats.last.step()
    },
  },
  {
    label: 'it answers, and the turn is over',
    run: (service) =>
      service.chats.last.end(callStatus(service) === 'completed' ? 'Twenty litres it was.' : 'Then they stay dry.'),
  },
]

/** Waits for the final elements: an accepted message is rendered again under the service's id. */
async function shows(canvasElement: HTMLElement, text: string) {
  await waitFor(() => expect(within(canvasElement).getByText(text)).toBeVisible())
}

async function ask(canvasElement: HTMLElement, text: string) {
  const canvas = within(canvasElement)
  await userEvent.type(canvas.getByRole('textbox', { name: 'Message' }), text)
  await press(canvasElement, 'Send')
  await shows(canvasElement, text)
  // The service has accepted the message, and its answer is on the way.
  await canvas.findByRole('article', { name: 'assistant' })
}

/** Thinking, streamed text, a tool that needs approval and runs a task, and the end of the turn. */
export const Live = meta.story({
  render: () => (
    <ScriptedChat steps={steps}>
      <PlainChat />
    </ScriptedChat>
  ),
  play: async ({ canvas, canvasElement }) => {
    await ask(canvasElement, 'How is the garden?')
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'Thinking: No rain for a week.')
    const question = canvas.getByRole('article', { name: 'user' })
    const rendersOfQuestion = question.dataset['renders']
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'The beds are dry.')
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'The beds are dry. Shall I water them?')
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'Agent: awaiting approval')
    await press(canvasElement, 'Next step')
    await expect(canvas.getByRole('status')).toHaveTextContent('press Allow or Deny')
    await press(canvasElement, 'Allow')
    await shows(canvasElement, 'in progress')
    const bar = await canvas.findByRole('progressbar', { name: 'Watering' })
    await press(canvasElement, 'Next step')
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '50'))
    await press(canvasElement, 'Next step')
    await shows(canvasElement, '{"watered":20}')
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'Twenty litres it was.')
    await shows(canvasElement, 'Agent: idle')
    await expect(question.dataset['renders']).toBe(rendersOfQuestion)
  },
})

/** A denied tool does not run, and the turn goes on. */
export const Denied = meta.story({
  render: Live.input.render,
  play: async ({ canvas, canvasElement }) => {
    await ask(canvasElement, 'How is the garden?')
    await press(canvasElement, 'Next step', 4)
    await userEvent.click(await canvas.findByRole('button', { name: 'Deny' }))
    await shows(canvasElement, 'cancelled')
    await press(canvasElement, 'Next step', 3)
    await shows(canvasElement, 'Then they stay dry.')
    await expect(canvas.queryByText('{"watered":20}')).toBeNull()
  },
})

/** A message sent during a turn is shown as queued; a stopped turn keeps its text, and the next one begins. */
export const QueuedAndStopped = meta.story({
  render: Live.input.render,
  play: async ({ canvas, canvasElement }) => {
    await ask(canvasElement, 'How is the garden?')
    await press(canvasElement, 'Next step', 2)
    await canvas.findByText('The beds are dry.')
    await userEvent.type(canvas.getByRole('textbox', { name: 'Message' }), 'And the pond?')
    await press(canvasElement, 'Send')
    await shows(canvasElement, 'And the pond? (queued)')
    await press(canvasElement, 'Stop')
    await shows(canvasElement, 'And the pond?')
    await expect(canvas.getByText('The beds are dry.')).toBeVisible()
    await press(canvasElement, 'Next step')
    await shows(canvasElement, 'Shall I water them?')
  },
})
