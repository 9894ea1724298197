import { describe, expect, it } from 'vitest'
import { createChecker } from './check-input.ts'
import { readSchema, type Field } from './read-schema.ts'
import { corpus } from './schema-corpus.ts'

function shapeOf(field: Field, prefix = ''): string[] {
  const path = prefix + field.path.join('/')
  const own = [`${path}: ${field.kind}`]
  if (field.kind === 'group') return [...own, ...field.fields.flatMap((inner) => shapeOf(inner, prefix))]
  if (field.kind === 'variants')
    return [...own, ...field.variants.flatMap(({ group }) => group.fields.flatMap((inner) => shapeOf(inner, prefix)))]
  if (field.kind === 'list') return [...own, ...shapeOf(field.item, `${path}/*`)]
  return own
}

describe.each(corpus)('$name', ({ schema, fields, defaults, good, bad = [] }) => {
  const form = readSchema(schema)
  const check = createChecker(schema)
  const said = (input: object) => check?.(input).map(({ path, keyword }) => `${path} ${keyword}`)

  it('has its fields', () => {
    const main = form.fields.flatMap((field) => shapeOf(field))
    const more = form.more.flatMap((field) => shapeOf(field).map((one) => `? ${one}`))
    expect([...main, ...more]).toEqual(fields)
    expect(form.defaults).toEqual(defaults ?? form.defaults)
  })

  it('takes what fits', () => {
    expect(good && said(good)).toEqual(good && [])
  })

  it.each(bad.map(([input, ...issues]) => [input, issues] as const))('says what is wrong with %j', (input, issues) => {
    expect(said(input)).toEqual(issues)
  })

  it.each([{}, { a: null }, { a: [{}] }, JSON.parse('{"__proto__":{"a":1}}')])('checks %j without a throw', (input) => {
    expect(() => check?.(input)).not.toThrow()
  })
})

const fieldOf = (schema: object) => readSchema({ type: 'object', properties: { x: schema } }).fields[0]

describe('a field', () => {
  it('is a long text for prompts, long limits and defaults of several lines', () => {
    expect(readSchema({ properties: { system_prompt: { type: 'string' } } }).fields[0]).toMatchObject({ isLong: true })
    expect(fieldOf({ type: 'string', maxLength: 121 })).toMatchObject({ isLong: true })
    expect(fieldOf({ type: 'string', default: 'a\nb' })).toMatchObject({ isLong: true })
    expect(fieldOf({ type: 'string' })).toMatchObject({ isLong: false })
  })

  it('is off where a switch is required and says nothing', () => {
    const { defaults } = readSchema({ properties: { a: { type: 'boolean' }, b: { type: 'boolean' } }, required: ['a'] })
    expect(defaults).toEqual({ a: false })
  })

  it('has whole bounds for whole numbers', () => {
    expect(fieldOf({ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9.5 })).toMatchObject({
      minimum: 1,
      maximum: 9,
      step: 1,
    })
  })

  it('shows few short choices side by side, without null', () => {
    expect(fieldOf({ enum: ['a', 2, null] })).toMatchObject({
      isShort: true,
      options: [{ label: 'a' }, { label: '2', value: 2 }],
    })
    expect(fieldOf({ enum: ['a', 'b', 'c', 'd', 'e'] })).toMatchObject({ isShort: false })
  })

  it('is named by its key where it has no title', () => {
    const { fields } = readSchema({ properties: { guidance_scale: {}, maxTokens: {}, URL: {} } })
    expect(fields.map(({ label }) => label)).toEqual(['Guidance scale', 'Max tokens', 'URL'])
  })
})

it('sends null for what has to be sent and may be null, until something is given', () => {
  for (const nullable of [{ type: ['string', 'null'] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }]) {
    const { fields, defaults } = readSchema({ properties: { x: nullable }, required: ['x'] })
    expect(fields).toMatchObject([{ kind: 'text', isRequired: false, empty: null }])
    expect(defaults).toEqual({ x: null })
  }
})

it('sends what a default can be emptied to, and otherwise nothing', () => {
  expect(fieldOf({ type: 'string', default: 'a' })).toMatchObject({ empty: '' })
  expect(fieldOf({ type: ['string', 'null'], default: 'a' })).toMatchObject({ empty: null })
  expect(fieldOf({ type: ['integer', 'null'], default: 1 })).toMatchObject({ empty: null })
  expect(fieldOf({ type: 'string' })).toMatchObject({ empty: undefined })
  expect(fieldOf({ type: ['string', 'null'], default: null })).toMatchObject({ empty: undefined })
})

it('is one value of JSON where only patterns name the inputs', () => {
  const schema = { type: 'object', patternProperties: { '^a': { type: 'string' } }, additionalProperties: false }
  expect(readSchema(schema)).toMatchObject({ fields: [], isUnknown: true })
})

it('a schema nested 100,000 deep is one value of JSON', () => {
  let schema: object = {}
  for (let depth = 0; depth < 100_000; depth += 1) schema = { allOf: [schema] }
  expect(readSchema(schema)).toMatchObject({ fields: [], isUnknown: true })
  expect(createChecker(schema)?.({})).toBeUndefined()
})

it('a file is not checked here', () => {
  const check = createChecker({
    type: 'object',
    properties: { image: { type: 'string', format: 'uri', minLength: 9 } },
    required: ['image'],
  })
  expect(check?.({ image: new File(['x'], 'a.png') })).toEqual([])
})

it('takes properties with the names of keywords as properties', () => {
  const schema = { properties: { nullable: { type: 'integer' }, exclusiveMinimum: { type: 'integer' } } }
  const check = createChecker(schema)
  expect(
    check?.({ nullable: 'a', exclusiveMinimum: 'b' })
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['/exclusiveMinimum', '/nullable'])
})

it('says the limit', () => {
  const check = createChecker({
    $defs: { N: { type: 'integer', maximum: 64 } },
    properties: { n: { anyOf: [{ $ref: '#/$defs/N' }, { type: 'null' }] } },
  })
  expect(check?.({ n: 65 })).toEqual([{ path: '/n', keyword: 'maximum', limit: 64 }])
})
