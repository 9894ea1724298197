import { describe, expect, it } from 'vitest'
import { aliases, apps, findApp, nearNames } from './catalogue.ts'
import { corpus } from './story/corpus.ts'
import { spell, trainModel } from './story/n-gram.ts'
import { fillTemplate } from './text-templating.ts'
import { tqdmBar } from './tqdm.ts'

describe('the catalogue', () => {
  it.each([
    ['local/echo', 'local/echo', null],
    ['local/echo@latest', 'local/echo', null],
    ['local/echo@abc123:run', 'local/echo', 'run'],
    ['local/echo:run', 'local/echo', 'run'],
    ['my-app', 'local/path-tracer', null],
    ['infsh/flux-schnell@2', 'local/path-tracer', null],
    ['google/veo-3-1-fast', 'local/julia-video', null],
  ])('finds %s', (ref, app, called) => {
    expect(findApp(ref)).toMatchObject({ app: { ref: app }, function: called })
  })

  it.each(['', '@', 'local', 'local/', '/echo', 'local/echo/x', 'LOCAL/ECHO', '__proto__', 'constructor'])(
    'finds nothing by %o',
    (ref) => {
      expect(findApp(ref)).toBeNull()
    },
  )

  it.each([
    ['local/path-trcer', 'local/path-tracer'],
    ['path-tracer', 'local/path-tracer'],
    ['infsh/echo', 'local/echo'],
    ['local/stroy', 'local/story'],
    ['google/veo-3-1', 'google/veo-3-1-fast'],
  ])('suggests an app for the mistyped %s', (ref, name) => {
    expect(nearNames(ref)[0]).toBe(name)
  })

  it('suggests only similar names', () => {
    expect(nearNames('black-forest-labs/kontext-pro')).toEqual([])
  })

  it('has aliases only for its own apps, and no two apps with one name', () => {
    const refs = apps.map((app) => app.ref)
    expect([...aliases.values()].every((target) => refs.includes(target))).toBe(true)
    expect(new Set([...refs, ...aliases.keys()]).size).toBe(refs.length + aliases.size)
  })
})

describe('text templating', () => {
  it.each([
    ['{1} and {2}', ['a', 'b'], 'a and b'],
    ['{2}{1}{2}', ['a', 'b'], 'bab'],
    ['{1} {3}', ['a'], 'a {3}'],
    ['{0} {01} {x} {}', ['a'], '{0} a {x} {}'],
    ['{1}', ['{2}', 'b'], '{2}'],
    ['{1}', ['$&$1'], '$&$1'],
    ['', ['a'], ''],
  ])('fills %o with %o', (template, strings, result) => {
    expect(fillTemplate(template, strings)).toBe(result)
  })
})

describe('a tqdm bar', () => {
  it.each([
    [0, 40, 0, 'Waiting:   0%|          | 0/40 [00:00<?, ?it/s]'],
    [10, 40, 5, 'Waiting:  25%|██▌       | 10/40 [00:05<00:15, 2.00it/s]'],
    [1, 40, 5, 'Waiting:   2%|▎         | 1/40 [00:05<03:15, 5.00s/it]'],
    [40, 40, 61, 'Waiting: 100%|██████████| 40/40 [01:01<00:00, 1.53s/it]'],
    [0, 0, 0, 'Waiting:   0%|          | 0/0 [00:00<?, ?it/s]'],
  ])('at %i of %i after %i s is %s', (current, total, seconds, bar) => {
    expect(tqdmBar('Waiting', current, total, seconds)).toBe(bar)
  })
})

function words(prompt: string, seed: number, count: number): string[] {
  const story = trainModel(corpus).generate(prompt, seed)
  return Array.from({ length: count }, () => story.next().value)
}

describe('the story teller', () => {
  it('uses only words and pairs of words from its corpus', () => {
    const known = new Set(corpus.toLowerCase().match(/[\p{L}\p{N}'’-]+/gu))
    for (const word of words('', 1, 500).filter((token) => /\p{L}/u.test(token)))
      expect(known).toContain(word.toLowerCase())
  })

  it('writes a new text: no long passage is copied', () => {
    const story = words('', 3, 300).reduce((text, token) => text + spell(token, text), '')
    const flat = corpus.replaceAll(/\s+/g, ' ')
    const stretches = story.replaceAll(/\s+/g, ' ').match(/.{120}/g) ?? []
    expect(stretches.some((stretch) => !flat.includes(stretch))).toBe(true)
  })

  it('gives the same story for the same seed, and continues the prompt', () => {
    expect(words('', 5, 50)).toEqual(words('', 5, 50))
    expect(words('', 5, 50)).not.toEqual(words('', 6, 50))
    expect(words('the night', 1, 1)).toEqual(['train'])
  })

  it.each([
    ['word', '', 'word'],
    ['word', 'One', ' word'],
    ['.', 'One', '.'],
    ['\n', 'One.', '\n\n'],
    ['Two', 'One.\n\n', 'Two'],
  ])('spells %o after %o as %o', (token, before, text) => {
    expect(spell(token, before)).toBe(text)
  })
})
