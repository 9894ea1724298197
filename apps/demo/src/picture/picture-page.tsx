import './picture.css'
import { phaseOf, useStreamSelector, type UseStreamResult } from '@inferstream/react'
import { GeneratorPrimitive } from '@inferstream/ui/generator'
import { Profiler, useEffect, useState } from 'react'
import { BreakIt } from '../break/break-it.tsx'
import { renders } from '../inspect/renders.ts'
import { useInspected } from '../inspect/inspected.ts'
import { useTitle } from '../use-title.ts'
import { isRemote, knownApps } from '../service.ts'
import { AppPicker, Usual } from './app-picker.tsx'
import { ContactBanner } from './contact-banner.tsx'
import { firstScreen } from './first-screen.ts'
import { RunLog } from './run-log.tsx'
import { Sample, useSample } from './sample.tsx'

/** One app's run with its form, result, progress and log. A reload finds the same run; `?run=` shows any other. */
export function PicturePage() {
  const [ref, setRef] = useState(firstScreen.app)
  const choose = (next: string) => {
    setRef(next)
    history.replaceState(null, '', `?app=${encodeURIComponent(next)}`)
  }
  const app = knownApps.find((known) => known.ref === ref)
  const linked = new URLSearchParams(location.search).get('run')
  return (
    <div className="studio">
      <div className="intro">
        <h1>Long AI runs that never lose their place</h1>
        <AppPicker value={ref} onChange={choose} />
      </div>
      <GeneratorPrimitive.Root
        key={ref}
        className="run"
        app={ref}
        {...(ref === firstScreen.app && { schema: firstScreen.schema })}
        initialInput={app?.input}
        // A run that was linked may be one of another app, and is not this app's last one.
        resume={linked ? undefined : `demo:${ref}`}
      >
        {(stream) => (
          <Run stream={stream} app={ref} name={linked ? 'Linked run' : (app?.name ?? ref)} linked={linked} />
        )}
      </GeneratorPrimitive.Root>
    </div>
  )
}

interface RunProps {
  stream: UseStreamResult
  app: string
  name: string
  linked: string | null
}

function Run({ stream, app, name, linked }: RunProps) {
  const status = useStreamSelector(stream, (run) => run.status)
  const phase = phaseOf(status)
  const isIdle = phase === 'idle'
  const sample = useSample(isIdle && !isRemote ? app : null)
  useTitle(isIdle ? name : `${name}, ${phase}`)
  useInspected(stream)
  const { attach } = stream
  useEffect(() => {
    if (linked) attach(linked)
  }, [attach, linked])
  return (
    <>
      <section className="panel" aria-label="New run">
        <Profiler id="Form" onRender={renders.add}>
          <GeneratorPrimitive.Form>
            <GeneratorPrimitive.Fields />
            <div className="actions">
              <GeneratorPrimitive.Submit className="run-button" />
              <Usual app={app} />
            </div>
          </GeneratorPrimitive.Form>
        </Profiler>
      </section>
      <div className="result">
        <ContactBanner stream={stream} />
        {isIdle && sample ? (
          <Sample app={app} state={sample} />
        ) : (
          <>
            <Profiler id="Result" onRender={renders.add}>
              <GeneratorPrimitive.Output />
            </Profiler>
            <Profiler id="Progress" onRender={renders.add}>
              <GeneratorPrimitive.Progress timeline label={name} />
            </Profiler>
          </>
        )}
      </div>
      <Profiler id="Log" onRender={renders.add}>
        <RunLog stream={isIdle && sample ? sample : stream} />
      </Profiler>
      <BreakIt stream={stream} />
    </>
  )
}
