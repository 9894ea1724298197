import { createRoot } from 'react-dom/client'
import { inference, InferenceProvider, useStream } from '@inferstream/react'
import { LogList } from '@inferstream/ui/log-list'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import '@inferstream/ui/styles.css'
import { jobs } from './backend.js'
import '../page.css'

const client = inference({ transport: jobs(() => location.origin) })

function Page() {
  const stream = useStream({ resume: { key: 'render' } })
  return (
    <>
      <h1>Jobs of your own</h1>
      <p>
        <button onClick={() => void stream.run({ app: 'render', input: { frames: 60, msPerFrame: 150 } })}>
          Render
        </button>
      </p>
      <ProgressDisplay stream={stream} />
      <LogList lines={stream.logs} />
    </>
  )
}

createRoot(document.querySelector('#root')).render(
  <InferenceProvider client={client}>
    <Page />
  </InferenceProvider>,
)
