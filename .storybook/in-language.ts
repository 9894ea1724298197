// Play tests name texts in English. In another language they ask for the same texts in it, so that every test runs in each language.

type Translate = (text: string) => string

const keywords = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems']
const marks = ['\uE000', '\uE001', '\uE002', '\uE003', '\uE004']

/** By what the messages of both languages say at the same place; another text stays as it is. */
export function translator(english: object, other: object): Translate {
  const exact = new Map<string, string>()
  const patterns: { pattern: RegExp; letters: number; say: (values: string[]) => string }[] = []
  const collect = (from: object, to: object) => {
    const words = new Map<string, unknown>(Object.entries(to))
    for (const [key, text] of Object.entries(from) as [string, unknown][]) {
      const said = words.get(key)
      if (typeof text === 'string' && typeof said === 'string') {
        if (!exact.has(text)) exact.set(text, said)
      } else if (typeof text === 'function' && typeof said === 'function') addPattern(text, said)
      else if (typeof text === 'object' && text !== null && typeof said === 'object' && said !== null)
        collect(text, said)
    }
  }
  /** With one thing, several, none, and for a field of a form. */
  const samples: readonly (readonly unknown[])[] = [
    marks,
    [marks[0], 1, null],
    [marks[0], marks[1], null],
    ...keywords.map((keyword) => [{ keyword, limit: marks[0] }]),
  ]
  const addPattern = (from: Function, to: Function) => {
    for (const sample of samples) {
      let template: unknown
      try {
        template = from(...sample)
      } catch {
        continue
      }
      const places = typeof template === 'string' ? [...template.matchAll(/[\uE000-\uE004]/g)] : []
      if (typeof template !== 'string' || places.length === 0) continue
      const fixed = template.replaceAll(/[\uE000-\uE004]/g, '')
      if (!/[a-z]{2}/i.test(fixed)) continue
      // "3 of 12": with few letters of its own, and none at its beginning, only between numbers.
      const isNamed = /(?:[a-z].*){10}/i.test(fixed) || /^[a-z]{3}/i.test(template)
      const hole = isNamed ? '(.+?)' : String.raw`(\d[\d.,]*)`
      const source = template.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(/[\uE000-\uE004]/g, hole)
      const order = places.map(([mark]) => marks.indexOf(mark))
      patterns.push({
        pattern: new RegExp(`^${source}$`, 's'),
        letters: fixed.length,
        say: (values) => {
          // What the English text does not show is as it was for it.
          const given = sample.map((value) => (marks.includes(String(value)) ? true : value))
          const [first] = given
          if (typeof first === 'object' && first !== null) return String(to({ ...first, limit: values[0] }))
          for (const [at, place] of order.entries()) given[place] = values[at] ?? ''
          return String(to(...given))
        },
      })
    }
  }
  collect(english, other)
  // The one that says most.
  patterns.sort((one, another) => another.letters - one.letters)
  const translate = (text: string): string => {
    const known = exact.get(text)
    if (known !== undefined) return known
    for (const { pattern, say } of patterns) {
      const found = pattern.exec(text)
      if (found) return say(found.slice(1).map((value) => translate(value)))
    }
    const [, first, between, rest] = /^(.+?)(: |, )(.+)$/s.exec(text) ?? []
    if (first !== undefined && rest !== undefined) return translate(first) + between + translate(rest)
    if (/^\d+%$/.test(text)) return text.replace('%', '\u00A0%')
    return /^\d{1,3}(?:,\d{3})+$/.test(text) ? text.replaceAll(',', '.') : text
  }
  return translate
}

let current: Translate = (text) => text

/** For assertions: an English text in the language that the stories are run in. */
export const say: Translate = (text) => current(text)

/** Sets the language of `say`. */
export function speak(translate: Translate): void {
  current = translate
}

/** Queries that take English texts. */
export function inLanguage<Queries extends object>(canvas: Queries, translate: Translate): Queries {
  const argument = (value: unknown): unknown => {
    if (typeof value === 'string') return translate(value)
    if (value instanceof RegExp) return new RegExp(translate(value.source), value.flags)
    if (typeof value === 'object' && value !== null && 'name' in value) return { ...value, name: argument(value.name) }
    return value
  }
  return new Proxy(canvas, {
    get(target, key, receiver) {
      const query: unknown = Reflect.get(target, key, receiver)
      if (typeof query !== 'function' || !/^(?:get|find|query)(?:All)?By/.test(String(key))) return query
      // The role is no text.
      const isRole = String(key).endsWith('Role')
      return (...values: unknown[]) =>
        query(...values.map((value, at) => (isRole && at === 0 ? value : argument(value))))
    },
  })
}
