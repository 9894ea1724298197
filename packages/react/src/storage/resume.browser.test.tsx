import { engineUrl } from '../../test/engine.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'

const script = new URL('../../test/resumed-page.tsx', import.meta.url).pathname

/** What the test runner's server expects of a page that loads its modules. */
const runtime = `
  window.__vite_plugin_react_preamble_installed__ = true
  window.$RefreshReg$ = () => {}
  window.$RefreshSig$ = () => (type) => type
  window.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() }
`

/** A page in a frame: its own modules and connections, the origin's storage, as a tab has. */
function openTab() {
  const frame = document.createElement('iframe')
  frame.srcdoc = `<script>${runtime}</script>
    <div id="root" data-engine="${engineUrl}"></div>
    <script type="module" src="${script}"></script>`
  document.body.append(frame)
  return {
    click(name: string) {
      const buttons = [...(frame.contentDocument?.querySelectorAll('button') ?? [])]
      buttons.find((button) => button.textContent === name)?.click()
    },
    shows: (expected: object) =>
      vi.waitFor(
        () => {
          const shown = JSON.parse(frame.contentDocument?.querySelector('output')?.textContent ?? '{}') as object
          expect(shown).toMatchObject(expected)
          return shown as { taskId: string; fraction: number }
        },
        { timeout: 30_000, interval: 50 },
      ),
    reload: () => frame.contentWindow?.location.reload(),
    close: () => frame.remove(),
  }
}

afterEach(() => {
  for (const frame of document.querySelectorAll('iframe')) frame.remove()
  // Other test files share the origin.
  localStorage.removeItem('inferstream:page')
})

describe('a run with resume, against the engine', () => {
  it('is shown again after a reload and in a second tab, and ends in both', async () => {
    const first = openTab()
    await first.shows({ status: 'idle' })
    first.click('Run')
    const { taskId } = await first.shows({ status: 'running', fraction: expect.any(Number) })

    first.reload()
    await first.shows({ taskId, status: 'running', fraction: expect.any(Number) })

    const second = openTab()
    await second.shows({ taskId, status: 'running', fraction: expect.any(Number) })

    second.click('Cancel')
    await second.shows({ taskId, status: 'cancelled' })
    await first.shows({ taskId, status: 'cancelled' })

    second.close()
    first.reload()
    await first.shows({ taskId, status: 'cancelled' })
  })
})
