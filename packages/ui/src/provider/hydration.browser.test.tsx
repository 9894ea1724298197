import '../styles.css'
import { InferstreamError } from '@inferstream/react'
import { StrictMode, type ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { Generator } from '../generator/index.ts'
import { LogList } from '../log-list/index.ts'
import { ProgressDisplay } from '../progress-display/index.ts'
import { logView, phasesOf, progressOf, taskState } from '../testing/task-state.ts'
import { KitProvider } from './index.ts'

const logs = logView(Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`))
const running = taskState({
  status: 'running',
  progress: progressOf(7, 16),
  logs,
  phases: phasesOf(['running', 0, null]),
})
const failed = taskState({ status: 'failed', error: new InferstreamError('task_failed', 'No camera.'), endedAt: 1 })

const pages: Record<string, ReactNode> = {
  'an active run': <ProgressDisplay stream={running} timeline logs onCancel={() => {}} />,
  'a run without a connection': (
    <ProgressDisplay stream={{ ...running, connection: 'reconnecting' }} variant="compact" />
  ),
  'a failed run in German': (
    <KitProvider locale="de">
      <ProgressDisplay stream={failed} variant="ring" onRetry={() => {}} />
    </KitProvider>
  ),
  'a log of 5,000 lines': <LogList lines={logs} pending="50%" timestamps />,
  'a form': <Generator app="local/path-tracer" renderInput={() => <input aria-label="Prompt" />} />,
}

let unmount = () => {}
afterEach(() => unmount())

it.each(Object.entries(pages))('server-rendered markup hydrates in a browser: %s', async (_, content) => {
  const html = renderToString(<StrictMode>{content}</StrictMode>)
  const container = document.createElement('div')
  container.innerHTML = html
  document.body.append(container)
  const faults = vi.fn<(error: unknown) => void>()
  const errors = vi.spyOn(console, 'error')
  const root = hydrateRoot(container, <StrictMode>{content}</StrictMode>, { onRecoverableError: faults })
  unmount = () => {
    root.unmount()
    container.remove()
  }
  await expect.element(page.elementLocator(container)).toBeVisible()
  await expect.poll(() => container.querySelectorAll('[data-slot]').length).toBeGreaterThan(3)
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  expect(faults.mock.calls).toEqual([])
  expect(errors.mock.calls).toEqual([])
})
