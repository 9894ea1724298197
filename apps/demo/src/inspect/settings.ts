import { useEffect, useState } from 'react'

export interface Settings {
  theme: 'system' | 'light' | 'dark'
  direction: 'ltr' | 'rtl'
  locale: 'en' | 'de'
  motion: 'system' | 'reduced'
}

export const choices: { [Key in keyof Settings]: readonly Settings[Key][] } = {
  theme: ['system', 'light', 'dark'],
  direction: ['ltr', 'rtl'],
  locale: ['en', 'de'],
  motion: ['system', 'reduced'],
}

const first: Settings = { theme: 'system', direction: 'ltr', locale: 'en', motion: 'system' }
const key = 'demo:settings'

/** How the page looks, kept in this tab. */
export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(read)
  useEffect(() => {
    const { dataset } = document.documentElement
    if (settings.theme === 'system') delete dataset['theme']
    else dataset['theme'] = settings.theme
    dataset['motion'] = settings.motion
    document.documentElement.dir = settings.direction
    try {
      sessionStorage.setItem(key, JSON.stringify(settings))
    } catch {
      // Storage may be switched off.
    }
  }, [settings])
  return [settings, (change) => setSettings((previous) => ({ ...previous, ...change }))]
}

function read(): Settings {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return { ...first, ...(typeof kept === 'object' ? kept : {}) }
  } catch {
    return first
  }
}
