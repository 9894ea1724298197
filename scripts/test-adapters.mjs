// `pnpm test:adapters [--write]`: runs the table of behaviours (packages/adapters/src/conformance.ts) for every wire, prints it, and
// compares it with the table in the README of the adapters; `--write` writes it there. FULL=1 cuts at every byte.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'oxfmt'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = join(root, 'packages/adapters/README.md')
const folder = mkdtempSync(join(tmpdir(), 'adapters-'))
const file = join(folder, 'results.json')
const tests = ['run', '--project', 'node', 'packages/adapters/src', '--reporter', 'dot', '--reporter', 'json']
const { status } = spawnSync('vitest', [...tests, '--outputFile', file], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
const { testResults } = JSON.parse(readFileSync(file, 'utf8'))
rmSync(folder, { recursive: true })

const results = testResults
  .filter(({ name }) => name.endsWith('conformance.test.ts'))
  .flatMap(({ assertionResults }) => assertionResults)
const wires = [...new Set(results.map(({ ancestorTitles }) => ancestorTitles[0]))]
const facts = Object.fromEntries(
  results.filter(({ meta }) => meta?.promises).map(({ ancestorTitles, meta }) => [ancestorTitles[0], meta]),
)
/** A skipped test has its reason in its title. */
const marks = { passed: '✓', failed: '✗' }
const nameOf = ({ title, status: how }) => (how in marks ? title : title.slice(0, title.lastIndexOf(': ')))
const names = [...new Set(results.filter(({ meta }) => !meta?.promises).map(nameOf))]

function markOf(name, wire) {
  const one = results.find((result) => result.ancestorTitles[0] === wire && nameOf(result) === name)
  return one === undefined ? '' : (marks[one.status] ?? '–')
}

const yes = (value) => (value ? 'yes' : 'no')
const row = (name, cellOf) => `| ${[name, ...wires.map(cellOf)].join(' | ')} |`
const table = [
  row('', (wire) => wire),
  row('---', () => ':-:'),
  row('after a lost connection it goes on', (wire) => {
    const { resume } = facts[wire].promises
    return { cursor: 'from a cursor', replay: 'by a replay', none: 'with a gap' }[resume]
  }),
  row('Stop stops the run', (wire) => facts[wire].stop),
  row('log, progress', (wire) => [facts[wire].carries.logs, facts[wire].carries.progress].map(yes).join(', ')),
  ...names.map((name) => row(name, (wire) => markOf(name, wire))),
].join('\n')

const count = (how) => results.filter((result) => result.status === how).length
console.log(
  `\n${table}\n\n${names.length} behaviours, ${wires.length} wires: ${count('passed')} ✓, ${count('failed')} ✗`,
)

const marked = /(<!-- table -->\n)[\s\S]*?(\n<!-- \/table -->)/
const before = readFileSync(readme, 'utf8')
const { code: after } = await format(
  'README.md',
  before.replace(marked, (_all, start, end) => `${start}\n${table}\n${end}`),
  { printWidth: 120 },
)
if (process.argv.includes('--write')) writeFileSync(readme, after)
else if (before !== after) {
  console.error('The table in packages/adapters/README.md is not that of this run: pnpm test:adapters --write')
  process.exitCode = 1
}
if (status !== 0) process.exitCode = 1
