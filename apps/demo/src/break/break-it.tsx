import './break.css'
import type { UseStreamResult } from '@inferstream/react'
import { useStreamSelector } from '@inferstream/react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useService } from '../service-context.ts'
import { isRecorded, isRemote } from '../service.ts'
import { Ledger } from './ledger.tsx'

const ManyRuns = lazy(() => import('./many-runs.tsx').then((module) => ({ default: module.ManyRuns })))
const LongLog = lazy(() => import('./long-log.tsx').then((module) => ({ default: module.LongLog })))

/** Seconds for which the connection is cut. */
const cutFor = 5
/** What a slow line carries of each stream. */
const slowBytesPerSecond = 16_000

type Shown = 'many' | 'long' | null

/** What goes wrong with long runs, each one click away, and what is left of it. */
export function BreakIt({ stream }: { stream: UseStreamResult }) {
  const { line } = useService()
  const phase = useStreamSelector(stream, (run) => run.status)
  const isActive = stream.isActive
  const [left, setLeft] = useState(0)
  const [isSlow, setSlow] = useState(false)
  const [shown, setShown] = useState<Shown>(() => shownIn(location.hash))
  useEffect(() => {
    if (left === 0) return undefined
    const timer = setTimeout(() => setLeft(left - 1), 1_000)
    return () => clearTimeout(timer)
  }, [left])
  useEffect(() => {
    const ask = async () => setSlow(await line.isSlow())
    // Without an answer it is as fast as it is.
    ask().catch(() => {})
  }, [line])
  const show = (next: Shown) => {
    const after = shown === next ? null : next
    setShown(after)
    history.replaceState(null, '', after === null ? location.pathname + location.search : `#${after}`)
  }
  const cut = () => {
    setLeft(cutFor)
    void line.cut(cutFor * 1_000)
  }
  const toggleSlow = () => {
    setSlow(!isSlow)
    void line.slow(isSlow ? null : slowBytesPerSecond)
  }
  return (
    <section className="break" aria-label="Try to break it">
      <h2>Try to break it</h2>
      <p className="muted">
        {isActive
          ? 'The run is going on: take its connection away.'
          : 'Press Run first, then take the connection away.'}
      </p>
      <div className="buttons">
        <button
          type="button"
          className="button"
          aria-disabled={left > 0 || undefined}
          onClick={left > 0 ? undefined : cut}
        >
          {left > 0 ? `Cut, back in ${left} s` : 'Cut the connection'}
        </button>
        <button type="button" className="button" aria-pressed={isSlow} onClick={toggleSlow}>
          Slow line
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
        {/* Not where runs cost money. */}
        <button
          type="button"
          className="button"
          hidden={isRemote}
          aria-expanded={shown === 'many'}
          onClick={() => show('many')}
        >
          Twelve runs at once
        </button>
        <button
          type="button"
          className="button"
          hidden={isRemote || isRecorded}
          aria-expanded={shown === 'long'}
          onClick={() => show('long')}
        >
          100,000 lines
        </button>
      </div>
      <Ledger key={phase === 'idle' ? 'idle' : 'run'} stream={stream} />
      <Suspense>
        {shown === 'many' && <ManyRuns />}
        {shown === 'long' && <LongLog />}
      </Suspense>
    </section>
  )
}

function shownIn(hash: string): Shown {
  return hash === '#many' ? 'many' : hash === '#long' ? 'long' : null
}
