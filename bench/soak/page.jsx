// Runs one after the other through `useStream`, each over a stream that is cut once. Every tenth is cancelled, every
// seventh watched by a second component; the log is read by both.
import { clock, run as turn } from './clock.js'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { inference, useStream, useTask } from '@inferstream/react'
import { wire } from './wire.js'

/** ms from one run to the next: eight hours for 10,000. */
const period = 2_880
const soak = {
  ended: 0,
  hours: () => clock.elapsed() / 3_600_000,
  timers: clock.timers,
  until: (runs) => turn(() => soak.ended >= runs),
}
globalThis.soak = soak
const client = inference({ baseUrl: location.origin, fetch: wire })

function Watcher({ taskId }) {
  const { status, logs } = useTask(taskId, { client })
  return (
    <p>
      {status} {logs.length}
    </p>
  )
}

function Page() {
  const [count, setCount] = useState(0)
  const stream = useStream({ client, resume: 'soak' })
  const { status, logs, taskId, run, cancel } = stream
  useEffect(() => {
    void run({ app: 'a/b', input: { count } }).then(() => {
      soak.ended += 1
      setTimeout(() => setCount(count + 1), Math.max(0, soak.ended * period - clock.elapsed()))
      return undefined
    })
  }, [run, count])
  useEffect(() => {
    if (status === 'running' && count % 10 === 9) void cancel()
  }, [status, cancel, count])
  return (
    <main>
      <p>
        {count} {status} {logs.length} {logs.at(-1)}
      </p>
      {count % 7 === 0 && taskId !== null && <Watcher key={taskId} taskId={taskId} />}
    </main>
  )
}

createRoot(document.querySelector('#root')).render(<Page />)
