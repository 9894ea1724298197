import { useStreams } from '@inferstream/react'
import { RunCard } from '@inferstream/ui/run-card'
import { Profiler, useRef, useState } from 'react'
import { renders } from '../inspect/renders.ts'
import { isRecorded } from '../service.ts'

const prompts = ['glass', 'marbles', 'studio lamps', 'metal']

/** Another name of the path tracer, so that small pictures do not count as its usual runs. */
const picture = isRecorded ? 'local/path-tracer' : 'infsh/flux-schnell'

/** Twelve runs: the fourth and the ninth fail. */
const configs = Array.from({ length: 12 }, (_, index) =>
  index === 3 || index === 8
    ? { app: 'local/fail', input: { message: 'The scene has no camera.' } }
    : {
        app: picture,
        input: { prompt: `${prompts[index % 4]} ${index + 1}`, width: 240, height: 150, samples: 8 },
      },
)
const labels = configs.map((_, index) => `Picture ${index + 1}`)

/** Many runs in aligned rows, with their queue, and what can be done with all of them. */
export function ManyRuns() {
  const { runs, counts, start, cancelAll, retryFailed } = useStreams({
    resume: 'demo:many',
    // Recorded runs have no queue of their own.
    ...(isRecorded && { concurrency: 3 }),
  })
  const [opened, setOpened] = useState<number | null>(null)
  const rows = useRef<HTMLUListElement>(null)
  const close = () => {
    rows.current?.children[opened ?? 0]?.querySelector<HTMLElement>('[data-slot="run-card-open"]')?.focus()
    setOpened(null)
  }
  const going = counts.active + counts.waiting
  const shown = opened === null ? undefined : runs[opened]
  return (
    <section className="many" aria-label="Twelve runs">
      <div className="many-head">
        <p role="status">
          {runs.length === 0
            ? 'Twelve runs share two workers; two of them will fail.'
            : `${going} going on, ${counts.completed} done, ${counts.failed} failed, ${counts.cancelled} cancelled`}
        </p>
        <button type="button" className="button" onClick={() => (going > 0 ? void cancelAll() : void start(configs))}>
          {going > 0 ? 'Cancel all' : runs.length > 0 ? 'Run twelve again' : 'Run twelve'}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={counts.failed === 0 || undefined}
          onClick={() => counts.failed > 0 && void retryFailed()}
        >
          Retry failed
        </button>
      </div>
      <Profiler id="Twelve runs" onRender={renders.add}>
        <ul className="many-rows" ref={rows}>
          {runs.map((run, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- runs keep their places
            <li key={index}>
              <RunCard variant="row" stream={run} label={labels[index] ?? 'Run'} onOpen={() => setOpened(index)} />
            </li>
          ))}
        </ul>
      </Profiler>
      {shown && (
        <div className="opened">
          <button type="button" className="button" ref={shownFirst} onClick={close}>
            Close {labels[opened ?? 0]}
          </button>
          <RunCard stream={shown} label={`${labels[opened ?? 0]}, opened`} />
        </div>
      )}
    </section>
  )
}

/** What was opened below the rows comes into view, and the next key is for it. */
function shownFirst(button: HTMLElement | null) {
  button?.scrollIntoView({ block: 'nearest' })
  button?.focus()
}
