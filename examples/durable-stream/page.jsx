import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { durableStreams } from '@inferstream/adapters/durable-streams'
import { request } from '@inferstream/client/backend'
import { inference, InferenceProvider, useTask } from '@inferstream/react'
import { LogList } from '@inferstream/ui/log-list'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import '@inferstream/ui/styles.css'
import '../page.css'

const client = inference({
  transport: durableStreams({
    url: (taskId) => `${location.origin}/streams/${taskId}`,
    start: async () => (await request('/runs', { method: 'POST' })).text(),
    cancel: async (taskId) => void (await request(`/runs/${taskId}`, { method: 'DELETE' })),
  }),
})

function Page() {
  const [taskId, setTaskId] = useState(() => new URLSearchParams(location.search).get('run'))
  const task = useTask(taskId)
  const begin = async () => {
    const run = await client.run({ app: 'writer', input: null }, { wait: false })
    history.replaceState(null, '', `?run=${run.taskId}`)
    setTaskId(run.taskId)
  }
  return (
    <>
      <h1>A durable stream, watched</h1>
      <p>
        <button onClick={() => void begin()}>Start</button> Open this address in a second browser to watch the same run.
      </p>
      <ProgressDisplay stream={task} />
      <p data-testid="text">{(task.output ?? task.partialOutput)?.response}</p>
      <LogList lines={task.logs} />
    </>
  )
}

createRoot(document.querySelector('#root')).render(
  <InferenceProvider client={client}>
    <Page />
  </InferenceProvider>,
)
