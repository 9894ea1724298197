import { useEffect } from 'react'
import { useStream } from '@inferstream/react'
import { client, configOf } from './client.js'
import { mounted, Rows, useCommits } from './rows.jsx'

function Ours({ bench, onReady }) {
  const { status, logs, run } = useStream({ client })
  useCommits(bench)
  useEffect(() => onReady(() => (plan) => void run(configOf(plan))), [onReady, run])
  return (
    <>
      <p>
        {status} {logs.length}
      </p>
      <Rows lines={logs} />
    </>
  )
}

export const mount = async (root, bench) => (await mounted(root, bench, Ours))()
