// `pnpm bench [--only engine] [--rounds 9]`: runs every `*.bench.mjs` of this folder and prints one table.
//
// A bench file default-exports `async ({ rounds, report }) => …`. It interleaves its variants over `rounds` rounds and reports
// medians with `report(name, value, unit, target?)`, where target is `{ min }` or `{ max }` in the same unit. Results
// never fail a build; CI enforces only sizes.
import { readdirSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)

/** @param {{ min?: number, max?: number } | undefined} target */
function verdict(value, target) {
  if (!target) return ''
  const reached = (target.min === undefined || value >= target.min) && (target.max === undefined || value <= target.max)
  const bound = [target.min !== undefined && `≥ ${target.min}`, target.max !== undefined && `≤ ${target.max}`]
  return `${reached ? 'reached' : 'MISSED '}  ${bound.filter(Boolean).join(', ')}`
}

function report(name, value, unit, target) {
  const number = Number.isInteger(value) ? String(value) : value.toPrecision(3)
  console.log(`  ${name.padEnd(64)} ${number.padStart(10)} ${unit.padEnd(10)} ${verdict(value, target)}`.trimEnd())
}

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.mjs') && (!values.only || file === `${values.only}.bench.mjs`))
  .toSorted()
if (files.length === 0) {
  console.error(values.only ? `Unknown bench ${values.only}.` : 'There is no bench yet.')
  process.exit(1)
}
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${release()}, ${rounds} rounds`)
for (const file of files) {
  console.log(`\n${file.replace('.bench.mjs', '')}`)
  const { default: bench } = await import(`./${file}`)
  await bench({ rounds, report })
}
