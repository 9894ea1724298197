import { Generator } from '@inferstream/ui/generator'
import { useState } from 'react'
import { defaultApp, knownApps } from './service.ts'

/** Any app of the service: its form, its run, its result. The address names the app, so that a reload shows the same. */
export function AppsPage() {
  const [app, setApp] = useState(() => new URLSearchParams(location.search).get('app') ?? defaultApp)
  const choose = (next: string) => {
    setApp(next)
    history.replaceState(null, '', `?app=${encodeURIComponent(next)}`)
  }
  return (
    <div className="any-app">
      <h1>Any app, from its name</h1>
      <label>
        App
        <select value={app} onChange={(event) => choose(event.target.value)}>
          {[...new Set([app, ...knownApps])].map((ref) => (
            <option key={ref}>{ref}</option>
          ))}
        </select>
      </label>
      <Generator key={app} app={app} resume={`demo:${app}`} />
    </div>
  )
}
