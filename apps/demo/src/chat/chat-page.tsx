import './chat.css'
import { useAgent, type AgentPart, type AgentReply } from '@inferstream/react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { chatAgent, isRecorded } from '../service.ts'
import { useTitle } from '../use-title.ts'
import { Approval, type Decide, type ToolCall } from './approval.tsx'
import { chatTools, suggestions } from './chat-tools.ts'
import { Message } from './message.tsx'
import { Spoken } from './spoken.tsx'
import { useDraft } from './use-draft.ts'
import { useFollowEnd } from './use-follow-end.ts'

/** A complete chat on `useAgent`: it follows its end, asks before a tool acts, and keeps what is typed. */
export function ChatPage() {
  const [reply, setReply] = useState<AgentReply | null>(null)
  const chat = useAgent(chatAgent, { tools: chatTools, resume: 'demo-chat', onFinish: setReply })
  const [draft, setDraft] = useDraft('demo:draft')
  const [decisions, setDecisions] = useState<Readonly<Record<string, string>>>({})
  const field = useRef<HTMLTextAreaElement>(null)
  const { content, isFollowing, toEnd } = useFollowEnd()
  const isBusy = chat.status !== 'idle' && chat.status !== 'error'
  const waiting = chat.messages.flatMap((message) => message.parts.filter(isWaiting))
  useTitle(isBusy ? 'Chat, answering' : 'Chat')

  function send(text = draft.trim()) {
    field.current?.focus()
    if (text === '') return
    setDraft('')
    toEnd()
    // The error is in `chat.error`; the text is restored, unless the field was edited meanwhile.
    chat.sendMessage(text).catch(() => setDraft((typed) => typed || text))
  }
  const remove = (id: string) => {
    // Its button is gone then.
    field.current?.focus()
    void chat.cancelMessage(id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isBusy) void chat.stop()
    // Enter ends a word of an input method, and is a new line on a touch keyboard.
    if (
      event.key !== 'Enter' ||
      event.shiftKey ||
      event.nativeEvent.isComposing ||
      matchMedia('(pointer: coarse)').matches
    )
      return
    event.preventDefault()
    send()
  }
  const decide: Decide = (id, decision) => {
    setDecisions((known) => ({ ...known, [id]: decision }))
    void (decision === 'allowed' ? chat.approveTool(id) : chat.rejectTool(id, 'Not now')).catch(() =>
      setDecisions((known) => ({ ...known, [id]: '' })),
    )
    document.querySelector<HTMLElement>(`[data-call="${CSS.escape(id)}"]`)?.focus()
  }

  return (
    <section className="chat" aria-label="Chat">
      <h1>Talk to the assistant</h1>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too */}
      <div className="conversation" role="log" aria-live="off" aria-label="Conversation" tabIndex={0}>
        <div ref={content} className="messages">
          {chat.messages.map((message) => (
            <Message key={message.id} message={message} decisions={decisions} />
          ))}
          {chat.queued.map((message) => (
            <div key={message.id} className="queued">
              <Message message={message} decisions={decisions} />
              <span className="muted">Queued, sent after this answer</span>
              <button type="button" className="button" onClick={() => remove(message.id)}>
                Remove
              </button>
            </div>
          ))}
          {chat.error && chat.messages.at(-1)?.error !== chat.error.message && <p role="alert">{chat.error.message}</p>}
        </div>
      </div>
      <Spoken
        isAnswering={chat.status === 'submitted' || chat.status === 'streaming'}
        reply={reply}
        waiting={waiting[0]?.name}
      />
      <div className="composer">
        {!isFollowing && (
          <button type="button" className="button to-end" onClick={toEnd}>
            To the end
          </button>
        )}
        {waiting.map((call) => (
          <Approval key={call.id} call={call} decide={decide} />
        ))}
        {isRecorded && <p>The assistant needs an engine, which these files have not: npm run demo starts one.</p>}
        {chat.messages.length === 0 && !isRecorded && (
          <div className="suggestions" role="group" aria-label="Suggestions">
            {suggestions.map((text) => (
              <button key={text} type="button" className="button" onClick={() => send(text)}>
                {text}
              </button>
            ))}
          </div>
        )}
        <label htmlFor="chat-text">Message</label>
        <textarea
          id="chat-text"
          ref={field}
          rows={1}
          value={draft}
          onKeyDown={onKeyDown}
          onChange={(event) => setDraft(event.target.value)}
        />
        <div className="buttons">
          <button type="button" className="button main" onClick={() => send()}>
            Send
          </button>
          <button type="button" className="button" aria-disabled={!isBusy} onClick={() => isBusy && void chat.stop()}>
            Stop
          </button>
        </div>
      </div>
    </section>
  )
}

const isWaiting = (part: AgentPart): part is ToolCall =>
  part.type === 'tool-call' && part.status === 'awaiting_approval'
