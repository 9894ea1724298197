// A page of its own, with its own modules, storage and connections: what resume.browser.test.tsx loads and reloads.
import { createRoot } from 'react-dom/client'
import { inference } from '@inferstream/client'
import { useStream } from '../src/index.ts'

const root = document.querySelector<HTMLElement>('#root')
const client = inference({ baseUrl: root?.dataset['engine'] })

function Page() {
  const { taskId, status, progress, logs, error, run, cancel } = useStream({ client, resume: 'page' })
  const { mayHaveStarted } = error ?? {}
  return (
    <>
      <button onClick={() => void run({ app: 'local/slow', input: { seconds: 20 } })}>Run</button>
      <button onClick={() => void cancel()}>Cancel</button>
      <output>
        {JSON.stringify({ taskId, status, fraction: progress?.fraction ?? null, lines: logs.length, mayHaveStarted })}
      </output>
    </>
  )
}

if (root) createRoot(root).render(<Page />)
