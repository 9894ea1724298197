import { useRunDurations } from '@inferstream/react'
import { knownApps, type KnownApp } from '../service.ts'

interface AppPickerProps {
  value: string
  onChange: (ref: string) => void
}

/** The apps, with the time that a run of each usually takes. An app that is only in the address is one of them. */
export function AppPicker({ value, onChange }: AppPickerProps) {
  const isKnown = knownApps.some(({ ref }) => ref === value)
  const apps: readonly KnownApp[] = isKnown ? knownApps : [{ ref: value, name: value, does: '' }, ...knownApps]
  return (
    <fieldset className="apps">
      <legend>App</legend>
      {apps.map((app) => (
        <label key={app.ref} className="app">
          <input
            type="radio"
            name="app"
            value={app.ref}
            checked={app.ref === value}
            onChange={() => onChange(app.ref)}
          />
          <span className="app-name">{app.name}</span>
          <span className="app-does">{app.does}</span>
          <UsualTime app={app} />
        </label>
      ))}
    </fieldset>
  )
}

function UsualTime({ app }: { app: KnownApp }) {
  const seconds = useUsualSeconds(app.ref)
  return seconds === undefined ? null : <span className="app-usual">{seconds} s</span>
}

/** Beside the button that starts a run: how long it will take. */
export function Usual({ app }: { app: string }) {
  const seconds = useUsualSeconds(app)
  return <span className="muted">{seconds === undefined ? '' : `about ${seconds} s`}</span>
}

/** The median of this browser's runs, else what the app is known for. */
function useUsualSeconds(ref: string): number | undefined {
  const { median } = useRunDurations(ref)
  if (median !== null) return Math.max(1, Math.round(median / 1_000))
  return knownApps.find((app) => app.ref === ref)?.usual
}
