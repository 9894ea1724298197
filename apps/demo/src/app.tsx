import { lazy, Suspense } from 'react'
import { PicturePage } from './picture-page.tsx'
import { service } from './service.ts'

const ChatPage = lazy(() => import('./chat-page.tsx').then((module) => ({ default: module.ChatPage })))

const isChat = location.pathname === '/chat'

/** Two pages: a run and a chat. */
export function App() {
  return (
    <>
      <header className="bar">
        <strong>Inferstream</strong>
        <nav aria-label="Pages">
          <a href="/" aria-current={isChat ? undefined : 'page'}>
            Picture
          </a>
          <a href="/chat" aria-current={isChat ? 'page' : undefined}>
            Chat
          </a>
        </nav>
        <span className="service">Answered by {service}</span>
      </header>
      <main>
        {isChat ? (
          <Suspense>
            <ChatPage />
          </Suspense>
        ) : (
          <PicturePage />
        )}
      </main>
    </>
  )
}
