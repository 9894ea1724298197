import { KitProvider, type KitMessages } from '@inferstream/ui/provider'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useSettings } from './inspect/settings.ts'
import { PicturePage } from './picture/picture-page.tsx'
import { isRecorded, service } from './service.ts'

const ChatPage = lazy(() => import('./chat/chat-page.tsx').then((module) => ({ default: module.ChatPage })))
const Inspect = lazy(() => import('./inspect/inspect.tsx').then((module) => ({ default: module.Inspect })))

const pages = {
  runs: { name: 'Runs', Page: PicturePage },
  chat: { name: 'Chat', Page: ChatPage },
}
// Built files may be in any folder: there the page is named in the query.
const onChat = location.pathname.endsWith('/chat') || new URLSearchParams(location.search).has('chat')
const current = onChat ? 'chat' : 'runs'
const addresses = isRecorded ? { runs: './', chat: './?chat' } : { runs: '/', chat: '/chat' }

const english: KitMessages = { generator: { run: 'Run' } }

/** The runs of apps, and a chat, with a panel that shows what happens. */
export function App() {
  const [settings, change] = useSettings()
  const [german, setGerman] = useState<KitMessages>()
  const [isInspecting, setInspecting] = useState(() => sessionOf('inspect') === 'open')
  const isGerman = settings.locale === 'de'
  useEffect(() => {
    const load = async () => setGerman((await import('@inferstream/ui/locales/de')).default)
    if (isGerman) void load()
  }, [isGerman])
  const { Page } = pages[current]
  const inspectButton = useRef<HTMLButtonElement>(null)
  const toggle = () => {
    setInspecting(!isInspecting)
    rememberInSession('inspect', isInspecting ? '' : 'open')
    // Close is gone then.
    inspectButton.current?.focus()
  }
  return (
    <KitProvider locale={settings.locale} messages={isGerman && german ? german : english}>
      <header className="bar">
        <strong>Inferstream</strong>
        <nav aria-label="Pages">
          {(['runs', 'chat'] as const).map((page) => (
            <a key={page} href={addresses[page]} aria-current={page === current ? 'page' : undefined}>
              {pages[page].name}
            </a>
          ))}
        </nav>
        <span className="service">Answered by {service}</span>
        <button ref={inspectButton} type="button" className="button" aria-expanded={isInspecting} onClick={toggle}>
          Inspect
        </button>
      </header>
      <main>
        <Suspense>
          <Page />
        </Suspense>
      </main>
      {isInspecting && (
        <Suspense>
          <Inspect page={current} settings={settings} onChange={change} onClose={toggle} />
        </Suspense>
      )}
    </KitProvider>
  )
}

/** Storage may be switched off. */
function sessionOf(key: string): string | null {
  try {
    return sessionStorage.getItem(`demo:${key}`)
  } catch {
    return null
  }
}

function rememberInSession(key: string, value: string): void {
  try {
    sessionStorage.setItem(`demo:${key}`, value)
  } catch {
    // Not remembered then.
  }
}
