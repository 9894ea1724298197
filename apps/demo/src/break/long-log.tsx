import { useStream, useStreamSelector } from '@inferstream/react'
import { LogList } from '@inferstream/ui/log-list'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { Profiler, useEffect, useRef, useState } from 'react'
import { renders } from '../inspect/renders.ts'
import { Ledger } from './ledger.tsx'

/** A log of 100,000 lines while they arrive. */
export function LongLog() {
  const stream = useStream({ resume: 'demo:long' })
  const lines = useStreamSelector(stream, (run) => run.logs)
  const element = useRef<HTMLElement>(null)
  const rows = useRowCount(element)
  return (
    <section className="long" aria-label="100,000 lines" ref={element}>
      <div className="many-head">
        <p>
          Press / in the log and search for ERROR. <b>{rows}</b> rows are in the page.
        </p>
        <button
          type="button"
          className="button"
          onClick={() =>
            stream.isActive
              ? void stream.cancel()
              : void stream.run({ app: 'local/flood', input: { lines: 100_000, rate: 10_000 } })
          }
        >
          {stream.isActive ? 'Cancel' : 'Write 100,000 lines'}
        </button>
      </div>
      <ProgressDisplay stream={stream} label="100,000 lines" variant="compact" />
      <Profiler id="Long log" onRender={renders.add}>
        <LogList className="long-log" lines={lines} label="Long log" hash="" />
      </Profiler>
      <Ledger stream={stream} />
    </section>
  )
}

/** Lines that are elements of the page at the moment. */
function useRowCount(element: { readonly current: HTMLElement | null }): number {
  const [rows, setRows] = useState(0)
  useEffect(() => {
    const count = () => setRows(element.current?.querySelectorAll('[data-slot="log-list-line"]').length ?? 0)
    const timer = setInterval(count, 500)
    return () => clearInterval(timer)
  }, [element])
  return rows
}
