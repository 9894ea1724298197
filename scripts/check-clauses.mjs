// Comments cite clauses of the documents in docs/, such as `design §2 "Logs"` or `protocol §5.1`. Refuses every citation of a document,
// a section or a heading that is not there.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file) => (existsSync(`${root}/${file}`) ? readFileSync(`${root}/${file}`, 'utf8') : null)

/** A document's text by the number of its section; '' holds all of it. Null where there is no such document. */
function sectionsOf(name) {
  const text = read(`docs/${name}.md`)
  if (text === null) return null
  const sections = new Map([['', text]])
  const headings = [...text.matchAll(/^(#+) +(?:(\d+(?:\.\d+)*)\.? )?.*$/gm)]
  for (const [index, heading] of headings.entries()) {
    const [, level, number] = heading
    if (number === undefined) continue
    const next = headings.slice(index + 1).find(([, other]) => other.length <= level.length)
    const section = text.slice(heading.index, next?.index)
    sections.set(number, section)
    // Items of a list may have numbers of their own: "- **8.14** …".
    for (const [, item] of section.matchAll(/^- \*\*(\d+(?:\.\d+)+)\*\*/gm)) sections.set(item, section)
  }
  return sections
}

const documents = new Map()
function documentOf(name) {
  if (!documents.has(name)) documents.set(name, sectionsOf(name))
  return documents.get(name)
}

/** Why a clause cannot be found, or null. */
function faultOf(name, number, quote) {
  const sections = documentOf(name)
  if (!sections) return `there is no docs/${name}.md`
  const section = sections.get(number)?.replaceAll(/\s+/g, ' ')
  if (section === undefined) return `docs/${name}.md has no section ${number}`
  if (quote && !section.toLowerCase().includes(quote.replaceAll(/\s+/g, ' ').toLowerCase()))
    return `docs/${name}.md §${number} has no "${quote}"`
  return null
}

const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => /\.(ts|tsx|mts|mjs|js|jsx|css|mdx?)$/.test(file) && !file.endsWith('CHANGELOG.md'))

const clause = /§ ?(\d+(?:\.\d+)*)(?:\s+(?:"([^"]+)"|“([^”]+)”))?/g
let count = 0
const failures = []
for (const file of files) {
  // A comment may break its line between the document and the clause.
  const text = (read(file) ?? '').replaceAll(
    /\n[ \t]*(?:\/\/|\*(?!\/))?[ \t]?/g,
    (gap) => ' '.repeat(gap.length - 1) + '\n',
  )
  const lineOf = (index) => text.slice(0, index).split('\n').length
  const inDocuments = /^docs\/([a-z-]+)\.md$/.exec(file)?.[1]
  let last = { name: inDocuments, end: -1 }
  for (const match of text.matchAll(clause)) {
    const before = text.slice(0, match.index)
    const named = /([a-z][a-z-]*)(?:\.md)?`?\)?,?\s+$/i.exec(before)
    // `protocol §4, §6` cites one document twice.
    const isNext = /^\s*(?:,|and|or|;)?\s*$/.test(before.slice(last.end)) && last.end >= 0
    const name = isNext ? last.name : inDocuments && !documentOf(named?.[1] ?? '') ? inDocuments : named?.[1]
    if (/\b(?:RFC|ECMA|ISO)[ -]?\d+,?\s+$/.test(before)) continue
    count++
    const fault = name ? faultOf(name, match[1], match[2] ?? match[3]) : 'no document is named'
    if (fault) failures.push(`${file}:${lineOf(match.index)}: ${match[0].replaceAll(/\s+/g, ' ')}: ${fault}`)
    last = { name, end: match.index + match[0].length }
  }
  // A page named by its file must be a file of the repository.
  if (!/\.mdx?$/.test(file)) {
    for (const match of text.matchAll(/(?<![\w/.-])([a-z][a-z-]*)\.md\b/g)) {
      if (existsSync(`${root}/docs/${match[0]}`)) continue
      failures.push(`${file}:${lineOf(match.index)}: ${match[0]}: there is no docs/${match[0]}`)
    }
  }
}

for (const failure of failures) console.error(failure)
console.log(`clauses: ${count} cited, ${failures.length} not found`)
if (failures.length > 0) process.exitCode = 1
