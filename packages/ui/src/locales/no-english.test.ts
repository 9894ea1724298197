import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>(
  [
    '../**/*.tsx',
    '!../**/*.test.tsx',
    '!../**/*.browser.test.tsx',
    '!../**/*.stories.tsx',
    '!../**/*.test-d.tsx',
    '!../testing/**',
    '!../styling/**',
  ],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
)

/** Texts that a reader would see or hear: between tags, and in the attributes that are spoken. */
function textsIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<![:'"`\w])\/\/.*$/gm, '')
  const between = [
    ...code.matchAll(/<\/?[a-zA-Z][^<>]*?(?<!=)>\s*([^<>{}()=;:?]*[a-z]{2}[^<>{}()=;:?]*)\s*<\/?[a-zA-Z]/g),
  ].map(([, text = '']) => text.trim())
  const spoken = [
    ...code.matchAll(
      /(?:aria-label|aria-description|aria-roledescription|title|placeholder|alt)(?:=|': |: )["']([^"'/:]*[a-z]{2}[^"'/:]*)["']/g,
    ),
  ].map(([, text = '']) => text)
  return [...between, ...spoken]
}

describe('the components', () => {
  it('have no text but their messages', () => {
    const found = Object.entries(sources).flatMap(([file, source]) => textsIn(source).map((text) => `${file}: ${text}`))
    expect(Object.keys(sources).length).toBeGreaterThan(60)
    expect(found.filter((text) => !/: (?:export |return$)/.test(text))).toEqual([])
  })

  it('would be found out', () => {
    expect(textsIn('<p>Not found</p>')).toEqual(['Not found'])
    expect(textsIn('<button aria-label="Close it" />')).toEqual(['Close it'])
  })
})
