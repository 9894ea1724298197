import { lazy, Suspense } from 'react'
import { PicturePage } from './picture-page.tsx'
import { service } from './service.ts'

const ChatPage = lazy(() => import('./chat-page.tsx').then((module) => ({ default: module.ChatPage })))

const AppsPage = lazy(() => import('./apps-page.tsx').then((module) => ({ default: module.AppsPage })))

const pages = [
  { path: '/', name: 'Picture', Page: PicturePage },
  { path: '/apps', name: 'Apps', Page: AppsPage },
  { path: '/chat', name: 'Chat', Page: ChatPage },
]
const current = pages.find(({ path }) => path === location.pathname) ?? pages[0]!

/** A run, any app's run, and a chat. */
export function App() {
  return (
    <>
      <header className="bar">
        <strong>Inferstream</strong>
        <nav aria-label="Pages">
          {pages.map((page) => (
            <a key={page.path} href={page.path} aria-current={page === current ? 'page' : undefined}>
              {page.name}
            </a>
          ))}
        </nav>
        <span className="service">Answered by {service}</span>
      </header>
      <main>
        <Suspense>
          <current.Page />
        </Suspense>
      </main>
    </>
  )
}
