import { useEffect } from 'react'
import { useStream } from '@inferstream/react'
import { client, configOf } from './client.js'
import { mounted, useCommits } from './rows.jsx'

function Ours({ bench, onReady }) {
  const { status, run } = useStream({ client })
  useCommits(bench)
  useEffect(() => onReady(() => (plan) => void run(configOf(plan))), [onReady, run])
  return <p>{status}</p>
}

export const mount = async (root, bench) => (await mounted(root, bench, Ours))()
