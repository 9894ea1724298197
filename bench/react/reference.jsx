// The hook from the reference documentation, unmodified, with every line in the list, as its progress component renders them.
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, configOf } from './client.js'
import { mounted, useCommits } from './rows.jsx'

function useReferenceStream() {
  const [state, setState] = useState({ status: 'idle', output: null, logs: [], error: null })
  const controllerRef = useRef(null)

  const run = useCallback(async (config) => {
    controllerRef.current = new AbortController()
    setState({ status: 'starting', output: null, logs: [], error: null })
    try {
      const stream = await client.run(config, { stream: true, signal: controllerRef.current.signal })
      for await (const update of stream) {
        setState((prev) => ({
          ...prev,
          status: update.status,
          logs: update.logs ? [...prev.logs, ...update.logs] : prev.logs,
          output: update.output || prev.output,
        }))
      }
    } catch (error) {
      if (error.name !== 'AbortError') setState((prev) => ({ ...prev, status: 'error', error: error.message }))
    }
  }, [])

  return { ...state, run }
}

function Reference({ bench, onReady }) {
  const { status, logs, run } = useReferenceStream()
  useCommits(bench)
  useEffect(() => onReady(() => (plan) => void run(configOf(plan))), [onReady, run])
  return (
    <>
      <p>
        {status} {logs.length}
      </p>
      <ul>
        {logs.map((log, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- as printed
          <li key={index}>{log}</li>
        ))}
      </ul>
    </>
  )
}

export const mount = async (root, bench) => (await mounted(root, bench, Reference))()
