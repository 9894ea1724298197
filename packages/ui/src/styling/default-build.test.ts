// @vitest-environment node
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { expect, it } from 'vitest'

/** The stylesheet as Vite writes it in a production build that says nothing of browsers: it rewrites what is newer than those. */
async function builtStyles(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, rolldownOptions: { input: fileURLToPath(new URL('../styles.css', import.meta.url)) } },
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one input, no watcher: one output
  const { output } = built as Rolldown.RolldownOutput
  return output.flatMap((file) => (file.type === 'asset' ? [String(file.source)] : [])).join('')
}

it("keeps its colours and its direction in an application's own build, whatever the page says", async () => {
  const css = await builtStyles()
  // A page without `color-scheme`: light, not both colours at once, which would be none.
  expect(css).toMatch(/:where\(:root\)\{--lightningcss-light: ?initial;--lightningcss-dark: ?;?\}/)
  // `:dir()` becomes a list of languages, and most pages from right to left are written for one of them, not all.
  expect(css).not.toContain(':lang(')
})
