import './inspect.css'
import { useAnnouncements } from '@inferstream/ui/provider'
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { inspected } from './inspected.ts'
import { records } from './records.ts'
import { renders } from './renders.ts'
import { choices, type Settings } from './settings.ts'

// The very files of the page that is shown.
const sources = import.meta.glob<string>(['../picture/*.tsx', '../break/*.tsx', '../chat/*.{ts,tsx}'], {
  query: '?raw',
  import: 'default',
})

interface InspectProps {
  page: 'runs' | 'chat'
  settings: Settings
  onChange: (change: Partial<Settings>) => void
  onClose: () => void
}

const tabs = ['Code', 'Records', 'Renders', 'Spoken', 'Settings'] as const
type Tab = (typeof tabs)[number]

/** What happens behind the page: its code, what came over the wire, what was rendered and what is announced. */
export function Inspect({ page, settings, onChange, onClose }: InspectProps) {
  const [tab, setTab] = useState<Tab>('Code')
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const forward = document.documentElement.dir === 'rtl' ? -step : step
    const next = (tabs.indexOf(tab) + forward + tabs.length) % tabs.length
    setTab(tabs[next] ?? 'Code')
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <aside className="inspect" aria-label="Inspect">
      <div className="inspect-head">
        {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its tabs have the focus */}
        <div role="tablist" aria-label="Inspect" ref={list} onKeyDown={move}>
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              className="tab"
              aria-selected={name === tab}
              aria-controls="inspected"
              tabIndex={name === tab ? 0 : -1}
              onClick={() => setTab(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too */}
      <div role="tabpanel" id="inspected" aria-labelledby={`tab-${tab}`} tabIndex={0} className="inspect-panel">
        {tab === 'Code' && <Code page={page} />}
        {tab === 'Records' && <Records />}
        {tab === 'Renders' && <Renders />}
        {tab === 'Spoken' && <Spoken />}
        {tab === 'Settings' && <SettingsForm settings={settings} onChange={onChange} />}
      </div>
    </aside>
  )
}

function Code({ page }: { page: InspectProps['page'] }) {
  const folders = page === 'chat' ? ['../chat/'] : ['../picture/', '../break/']
  const files = Object.keys(sources).filter((path) => folders.some((folder) => path.startsWith(folder)))
  const [chosen, setChosen] = useState(page === 'chat' ? '../chat/chat-page.tsx' : '../picture/picture-page.tsx')
  const [text, setText] = useState<{ of: string; text: string } | null>(null)
  useEffect(() => {
    const load = async () => {
      const found = await sources[chosen]?.()
      if (found !== undefined) setText({ of: chosen, text: found })
    }
    void load()
  }, [chosen])
  return (
    <>
      <div className="buttons">
        <label htmlFor="inspected-file">File</label>
        <select id="inspected-file" value={chosen} onChange={(event) => setChosen(event.target.value)}>
          {files.map((path) => (
            <option key={path} value={path}>
              {path.replace('../', 'src/')}
            </option>
          ))}
        </select>
      </div>
      <pre dir="ltr">{text?.of === chosen ? text.text : ''}</pre>
    </>
  )
}

function Records() {
  const list = useSyncExternalStore(records.subscribe, records.list)
  const stream = useSyncExternalStore(inspected.subscribe, inspected.get)
  return (
    <div className="records">
      <section aria-label="Records">
        <h2>Records of the stream, newest first</h2>
        {list.length === 0 && <p className="muted">They appear here from now on.</p>}
        <ol dir="ltr">
          {list.toReversed().map((record, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- they have no ids
            <li key={list.length - index}>{record}</li>
          ))}
        </ol>
      </section>
      <section aria-label="State">
        <h2>State of the run</h2>
        {stream ? <StateText stream={stream} /> : <p className="muted">This page shows no run by itself.</p>}
      </section>
    </div>
  )
}

function StateText({ stream }: { stream: NonNullable<ReturnType<typeof inspected.get>> }) {
  const { status, phase, connection, progress, taskId, queuePosition, output, partialOutput, error, resume, gaps } =
    stream
  const state = {
    status,
    phase,
    connection,
    progress,
    taskId,
    queuePosition,
    output,
    partialOutput,
    error,
    resume,
    gaps,
  }
  return <pre dir="ltr">{JSON.stringify({ ...state, 'logs.length': stream.logs.length }, null, 2)}</pre>
}

function Renders() {
  const counts = useSyncExternalStore(renders.subscribe, renders.get)
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Part of the page</th>
            <th scope="col">Commits</th>
            <th scope="col">ms in all</th>
          </tr>
        </thead>
        <tbody>
          {[...counts].map(([name, { commits, time }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{commits}</td>
              <td>{time.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button" onClick={renders.reset}>
        Count from zero
      </button>
    </>
  )
}

function Spoken() {
  const said = useAnnouncements()
  return (
    <>
      <p className="muted">What the components announce to a screen reader, oldest first.</p>
      <ol>
        {said.map(({ text, urgency }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- they are only added to
          <li key={index}>
            {text} {urgency === 'assertive' && <span className="muted">(at once)</span>}
          </li>
        ))}
      </ol>
    </>
  )
}

const names: Record<string, string> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
  ltr: 'left to right',
  rtl: 'right to left',
  en: 'English',
  de: 'Deutsch (components)',
  reduced: 'reduced',
}

function SettingsForm({ settings, onChange }: Pick<InspectProps, 'settings' | 'onChange'>) {
  return (
    <div className="settings">
      {(['theme', 'direction', 'locale', 'motion'] as const).map((key) => (
        <fieldset key={key}>
          <legend>{key}</legend>
          {choices[key].map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={key}
                checked={settings[key] === choice}
                onChange={() => onChange({ [key]: choice })}
              />{' '}
              {names[choice]}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  )
}
