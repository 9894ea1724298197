import { createRoot } from 'react-dom/client'
import { aiSdk } from '@inferstream/adapters/ai-sdk'
import { inference, InferenceProvider, useStream } from '@inferstream/react'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import '@inferstream/ui/styles.css'
import '../page.css'

const stop = (id) => fetch(`/api/chat/${id}/stream`, { method: 'DELETE' })
const client = inference({ transport: aiSdk({ api: '/api/chat', stop }) })

function Page() {
  const stream = useStream({ resume: { key: 'question' } })
  return (
    <>
      <h1>An AI SDK route, watched</h1>
      <p>
        <button onClick={() => void stream.run({ app: 'research', input: 'What do the documents say of the lake?' })}>
          Ask
        </button>
      </p>
      <ProgressDisplay stream={stream} />
      <p data-testid="answer">{(stream.output ?? stream.partialOutput)?.response}</p>
    </>
  )
}

createRoot(document.querySelector('#root')).render(
  <InferenceProvider client={client}>
    <Page />
  </InferenceProvider>,
)
