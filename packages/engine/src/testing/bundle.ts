import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundles a few lines of code and imports them: Node cannot import the official SDK as published (protocol §8.14), and its
 * React layer has to share one copy of React with the test.
 */
export async function importBundled(code: string): Promise<{ module: unknown; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'official-sdk-'))
  const outfile = join(folder, 'bundle.mjs')
  await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'tsx' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    // React and react-dom are CommonJS and require Node's modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  })
  const module: unknown = await import(pathToFileURL(outfile).href)
  return { module, remove: () => rm(folder, { recursive: true, force: true }) }
}
