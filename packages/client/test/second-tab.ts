import { expect, inject, onTestFinished, vi } from 'vitest'
import type { inference } from '../src/client/client.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    engineUrl: string
  }
}

declare global {
  interface Window {
    inference?: typeof inference
  }
}

export const baseUrl = inject('engineUrl')

/** For scripts outside the test runner, which rewrites each `import()` of the modules that it serves. */
export const loadClient = `globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() }
  const { inference } = await import('${new URL('../src/client/client.ts', import.meta.url).href}')`

/** Opens a second tab of this origin, with its own client. */
export async function openTab() {
  const tab = window.open('about:blank')
  if (!tab) throw new Error('The browser did not open a tab.')
  onTestFinished(() => tab.close())
  const script = tab.document.createElement('script')
  script.type = 'module'
  script.textContent = `${loadClient}; window.inference = inference`
  tab.document.head.append(script)
  await vi.waitFor(() => expect(tab.inference).toBeDefined(), 60_000)
  return { client: tab.inference!({ baseUrl }), close: () => tab.close() }
}
