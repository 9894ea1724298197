// Compiles every `ts` and `tsx` example of the READMEs as printed, with the strictest supported settings.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const readmes = ['README.md', ...readdirSync(new URL('packages', root)).map((name) => `packages/${name}/README.md`)]
const folder = new URL('readme/', import.meta.url)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

let count = 0
for (const readme of readmes) {
  const url = new URL(readme, root)
  if (!existsSync(url)) continue
  const text = readFileSync(url, 'utf8')
  for (const { 1: language, 2: code, index } of text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, index).split('\n').length
    // A name that maps a compiler message to the page and line.
    writeFileSync(new URL(`${readme.replaceAll('/', '-')}-line-${line}.${language}`, folder), `${code}\nexport {}\n`)
    count++
  }
}
writeFileSync(
  new URL('tsconfig.json', folder),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: { noEmit: true, types: ['node', 'vite/client'] },
    include: ['*'],
  }),
)
const { status } = spawnSync('tsc', ['-p', fileURLToPath(folder)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (status !== 0) process.exit(1)
console.log(`readme: ${count} examples compile as printed`)
