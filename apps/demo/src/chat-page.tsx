import { useAgent, useTask, type AgentMessage, type AgentPart } from '@inferstream/react'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { memo, useRef, type SubmitEvent } from 'react'
import { chatTools } from './chat-tools.ts'
import { chatAgent } from './service.ts'

type Chat = ReturnType<typeof useAgent>

/** A complete chat with `useAgent`. */
export function ChatPage() {
  const chat = useAgent(chatAgent, { tools: chatTools, resume: 'demo-chat' })
  const field = useRef<HTMLTextAreaElement>(null)
  const busy = chat.status !== 'idle' && chat.status !== 'error'

  function send(event: SubmitEvent) {
    event.preventDefault()
    const text = field.current?.value.trim()
    if (!field.current || !text) return
    field.current.value = ''
    // The error is in `chat.error`; the text is restored, unless the field was edited meanwhile.
    chat.sendMessage(text).catch(() => field.current && (field.current.value ||= text))
  }

  return (
    <section className="chat" aria-label="Chat">
      <h1>Talk to the assistant</h1>
      <p>Try “What is 17 * 23?”, “Render a lake”, “Explain path tracing” or “Remember that I like blue”.</p>
      <div role="log" aria-live="off" aria-label="Conversation">
        {chat.messages.map((message) => (
          <Message key={message.id} message={message} approve={chat.approveTool} reject={chat.rejectTool} />
        ))}
        {chat.queued.map(({ id, parts }) => (
          <article key={id} className="message" data-role="user">
            {parts.map((part) => part.type === 'text' && part.text)} (queued){' '}
            <button type="button" onClick={() => void chat.cancelQueued(id)}>
              Cancel
            </button>
          </article>
        ))}
      </div>
      {chat.error && chat.messages.at(-1)?.error !== chat.error.message && <p role="alert">{chat.error.message}</p>}
      <form onSubmit={send}>
        <label htmlFor="chat-text">Message</label>
        <textarea id="chat-text" ref={field} rows={2} />
        <div className="chat-actions">
          <button type="submit">Send</button>
          <button type="button" aria-disabled={!busy} onClick={() => void chat.stop()}>
            Stop
          </button>
        </div>
      </form>
    </section>
  )
}

interface MessageProps {
  message: AgentMessage
  approve: Chat['approveTool']
  reject: Chat['rejectTool']
}

/** An unchanged message keeps its identity, so that only the growing one renders. */
const Message = memo(function Message({ message, approve, reject }: MessageProps) {
  return (
    <article className="message" data-role={message.role} aria-label={message.role}>
      {message.parts.map((part, index) => (
        <Part key={part.type === 'tool-call' ? part.id : index} part={part} approve={approve} reject={reject} />
      ))}
      {message.error && <p role="alert">{message.error}</p>}
    </article>
  )
})

function Part({ part, approve, reject }: { part: AgentPart } & Omit<MessageProps, 'message'>) {
  if (part.type === 'text') return <p>{part.text}</p>
  if (part.type === 'reasoning') return <p className="thinking">Thinking: {part.text}</p>
  if (part.type !== 'tool-call') return <p>Attached: {part.type === 'image' ? part.uri : part.file.uri}</p>
  return (
    <section className="tool" aria-label={`Tool ${part.name}`}>
      <code>{`${part.name}(${JSON.stringify(part.args)})`}</code> <span>{part.status.replaceAll('_', ' ')}</span>
      {part.taskId && <ToolRun taskId={part.taskId} />}
      {part.result !== undefined && <pre>{JSON.stringify(part.result)}</pre>}
      {part.status === 'awaiting_approval' && (
        <div className="chat-actions">
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
  return <ProgressDisplay stream={useTask(taskId)} label="Tool run" />
}
