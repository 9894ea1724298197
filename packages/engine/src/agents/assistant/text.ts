/** Words that say nothing about what a sentence is about. */
const emptyWords = new Set(
  (
    'a about all also an and any are as at be been but by can could current did do does for from get give given had ' +
    'has have her him his how i if in into is it its just let like me my no not of on or our out please run say she ' +
    'should so some such tell than that the their them then there these they this those to tool up us use used user ' +
    'using was we were what when where which who why will with would you your'
  ).split(' '),
)

/** Lower-case word stems: `Prices` and `price` give the same. */
export function keywords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter((word) => !emptyWords.has(word)).map(stem)
}

function stem(word: string): string {
  if (word.length <= 3) return word
  return word
    .replace(/(?:ies)$/, 'y')
    .replace(/(?:ing|ed|es|s)$/, '')
    .replace(/e$/, '')
}

/** The sentences of a text; each is matched separately. A point inside a number does not end a sentence. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.?!;])\s+|\n+|,?\s+\bthen\b\s+/i)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** First person to second person: `my name` → `your name`. */
export function saidBack(text: string): string {
  const turned: Readonly<Record<string, string>> = { my: 'your', mine: 'yours', i: 'you', me: 'you', am: 'are' }
  return text.replace(/\b(?:my|mine|i|me|am)\b/gi, (word) => turned[word.toLowerCase()] ?? word)
}

/** `"a, b and c"` */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

/** A size in readable units. */
export function byteCount(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`
}

/** A tool's result for use in a sentence: JSON objects as `key: value`, everything else unchanged. */
export function readable(result: string): string {
  try {
    return describe(JSON.parse(result))
  } catch {
    return result.trim()
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map(describe))
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, entry]) => `${key.replaceAll('_', ' ')}: ${describe(entry)}`)
    .join(', ')
}
