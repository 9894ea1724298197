import '@fontsource-variable/inter'
import '@inferstream/ui/styles.css'
import './app.css'
import { InferenceProvider } from '@inferstream/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { records } from './inspect/records.ts'
import { prepare } from './picture/first-screen.ts'
import { connect } from './service.ts'
import { ServiceContext } from './service-context.ts'

const service = await connect(records.add)
// With its form and its picture, so that nothing moves afterwards.
await prepare(service.client)
const root = document.querySelector('#root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <InferenceProvider client={service.client}>
        <ServiceContext value={service}>
          <App />
        </ServiceContext>
      </InferenceProvider>
    </StrictMode>,
  )
}

/** Shown in one piece: nothing on the page moves once it can be seen. */
const first = Date.now()
const show = () => {
  const isThere = document.querySelector('.panel :is(textarea, select, input), .chat') !== null
  if (isThere || Date.now() - first > 1_500) root?.setAttribute('data-ready', '')
  else requestAnimationFrame(show)
}
show()
