// `npm run example <name> [-- --port 5180]`: sets up what is missing, then starts examples/<name> until Ctrl-C.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '5180' } },
})
const [name] = positionals
const folder = new URL('../examples/', import.meta.url)
const start = new URL(`${name}/start.mjs`, folder)
if (name === undefined || !existsSync(start)) {
  const names = readdirSync(folder).filter((one) => existsSync(new URL(`${one}/start.mjs`, folder)))
  console.error(`npm run example <name>, where name is one of ${names.join(', ')}.`)
  process.exit(1)
}

console.log('Setting up; the first start takes about a minute.')
const pnpm = fileURLToPath(new URL('pnpm.mjs', import.meta.url))
const build = [
  'exec',
  'turbo',
  'run',
  'build',
  `--filter=@inferstream/example-${name}^...`,
  '--output-logs=errors-only',
]
const { status } = spawnSync(process.execPath, [pnpm, ...build], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (status !== 0) process.exit(1)

const { url, close } = await (await import(start.href)).start({ port: Number(values.port) })
console.log(`The example is at ${url} (Ctrl-C ends it)`)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    setTimeout(() => process.exit(1), 3_000).unref()
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
}
