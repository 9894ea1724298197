// Packs the packages as they would be published, installs the tarballs with npm in an empty project, and uses them there:
// what a workspace hides (a missing file, a wrong export, an undeclared dependency) shows here.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'inferstream-consumer-'))
const run = (command, args, cwd = project) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })

const packages = ['client', 'react', 'ui', 'proxy', 'engine']

const script = `
import assert from 'node:assert/strict'
import { inference, progressBar } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { createProxy } from '@inferstream/proxy'
import { createEngine } from '@inferstream/engine'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { useStream } from '@inferstream/react'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { LogList } from '@inferstream/ui/log-list'
import { Generator } from '@inferstream/ui/generator'

const engine = await createEngine({ port: 0 })
const client = inference({ baseUrl: engine.url })
const stream = await client.run({ app: 'local/echo', input: { text: 'packed' } }, { stream: true })
const { status, output } = await stream.result
assert.equal(status, 'completed')
assert.match(JSON.stringify(output), /packed/)
await engine.close()

assert.equal(typeof createProxy(), 'function')
assert.equal(typeof scriptedTransport().kind, 'string')
assert.equal(progressBar(1, 4, 20), '[█████░░░░░░░░░░░░░░░] 25.0%')
const Page = () => {
  const stream = useStream()
  return [
    createElement(ProgressDisplay, { key: 1, stream }),
    createElement(LogList, { key: 2, lines: ['a line'] }),
    createElement(Generator, { key: 3, app: 'local/echo' }),
  ]
}
assert.match(renderToString(createElement(Page)), /data-slot/)
`

const types = `
import { app, inference, type TaskUpdate } from '@inferstream/client'
import { useStream } from '@inferstream/react'
import { ProgressDisplay } from '@inferstream/ui/progress-display'

const flux = app<{ prompt: string }, { url: string }>('infsh/flux-schnell')
export async function first(): Promise<string | undefined> {
  const stream = await inference().run({ app: flux, input: { prompt: 'a' } }, { stream: true })
  for await (const update of stream) {
    const typed: TaskUpdate<{ url: string }> = update
    if (typed.output) return typed.output.url
  }
  return undefined
}
export const parts = [useStream, ProgressDisplay] as const
`

try {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  for (const name of packages)
    run('pnpm', ['pack', '--out', join(project, `${name}.tgz`)], join(root, 'packages', name))
  const tarballs = readdirSync(project).filter((file) => file.endsWith('.tgz'))
  const others = ['react@19.3.1', 'react-dom@19.3.1', '@types/react@19.3.0', '@types/node@20.19.43', 'typescript@5.9.3']
  run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...tarballs.map((file) => `./${file}`),
    ...others,
  ])
  writeFileSync(join(project, 'index.mjs'), script)
  run(process.execPath, ['index.mjs'])
  writeFileSync(join(project, 'index.ts'), types)
  run('npx', [
    'tsc',
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable',
    'index.ts',
  ])
  console.log(`packages: ${packages.join(', ')} install from their tarballs, run and compile`)
} finally {
  rmSync(project, { recursive: true, force: true })
}
