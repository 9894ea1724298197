import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useChat } from '@ai-sdk/react'
import { agentChatTransport } from '@inferstream/adapters/ai-sdk'
import { inference } from '@inferstream/client'
import '../page.css'

const client = inference({ baseUrl: '/engine' })
const transport = agentChatTransport(client.agent('local/assistant'))

function Page() {
  const { messages, sendMessage, status, stop, error, addToolApprovalResponse } = useChat({ transport })
  const [text, setText] = useState('')
  const isBusy = status === 'submitted' || status === 'streaming'
  return (
    <>
      <h1>useChat on an inference.sh agent</h1>
      {messages.map(({ id, role, parts }) => (
        <article key={id} aria-label={role}>
          {parts.map((part, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- parts are only added at the end
            <Part key={index} part={part} onAnswer={addToolApprovalResponse} />
          ))}
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void sendMessage({ text })
          setText('')
        }}
      >
        <input aria-label="Message" value={text} onChange={(event) => setText(event.target.value)} />
        {isBusy ? (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button disabled={text.trim() === ''}>Send</button>
        )}
      </form>
      <p role="status">{status}</p>
    </>
  )
}

function Part({ part, onAnswer }) {
  if (part.type === 'text') return <p>{part.text}</p>
  if (part.type === 'reasoning') return <p>Thinking: {part.text}</p>
  if (part.state === 'approval-requested') {
    const answer = (approved) => onAnswer({ id: part.approval.id, approved })
    return (
      <p>
        Run {part.toolName ?? part.type.slice('tool-'.length)}? <button onClick={() => answer(true)}>Yes</button>{' '}
        <button onClick={() => answer(false)}>No</button>
      </p>
    )
  }
  if (part.toolCallId) return <p>{`${part.toolName ?? part.type}: ${part.state}`}</p>
  return null
}

createRoot(document.querySelector('#root')).render(<Page />)
