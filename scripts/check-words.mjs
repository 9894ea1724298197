// `node scripts/check-words.mjs [--list]`: refuses the words of words.txt in every tracked text file, but for the files that are allowed them.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const rules = readFileSync(new URL('words.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
const allowed = rules.filter((line) => line.startsWith('allow ')).map((line) => line.slice('allow '.length).trim())
const words = rules
  .filter((line) => !line.startsWith('allow '))
  .map((line) => {
    const [pattern = '', instead = ''] = line.split(' => ')
    return { instead, regex: new RegExp(`(?<![\\w'’])(?:${pattern.replace("'", "['’]")})(?![\\w])`, 'gi') }
  })

const isText = /\.(ts|tsx|mts|mjs|js|jsx|md|mdx|css|html|json|ya?ml|sh)$|^\.ci\/|^LICENSE$/
const isData =
  /^docs\/api\/|(^|\/)(pnpm-lock\.yaml|CHANGELOG\.md|fixtures\/[^/]+\.(sse|ndjson))$|^apps\/demo\/public\/recorded\//
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => isText.test(file) && !isData.test(file))

const failures = []
/** How many of the words stand in files that are allowed them, by folder. */
const left = new Map()
for (const file of files) {
  let text
  try {
    text = readFileSync(`${root}/${file}`, 'utf8')
  } catch {
    continue // deleted, and not yet committed
  }
  const isAllowed = allowed.some((start) => file.startsWith(start))
  for (const [index, line] of text.split('\n').entries()) {
    for (const { regex, instead } of words) {
      for (const [found] of line.matchAll(regex)) {
        const place = `${file}:${index + 1}: "${found}" (${instead})`
        if (!isAllowed) failures.push(place)
        else {
          const folder = file.split('/').slice(0, 2).join('/')
          left.set(folder, [...(left.get(folder) ?? []), place])
        }
      }
    }
  }
}

for (const [folder, places] of left) {
  console.log(`${folder}: ${places.length} to clean up`)
  if (process.argv.includes('--list')) console.log(places.join('\n'))
}
for (const failure of failures) console.error(failure)
console.log(`words: ${files.length} files, ${failures.length} refused`)
if (failures.length > 0) process.exitCode = 1
