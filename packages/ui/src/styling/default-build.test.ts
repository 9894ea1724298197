// @vitest-environment node
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { expect, it } from 'vitest'

/** The stylesheet of a Vite production build with default browser targets, for which newer syntax is rewritten. */
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

it("keeps its colours and its direction in an application's own build", async () => {
  const css = await builtStyles()
  // A page without `color-scheme` is light; with both colours at once the declaration would be invalid.
  expect(css).toMatch(/:where\(:root\)\{--lightningcss-light: ?initial;--lightningcss-dark: ?;?\}/)
  // `:dir()` is rewritten to a list of languages, which does not cover every right-to-left page.
  expect(css).not.toContain(':lang(')
})
