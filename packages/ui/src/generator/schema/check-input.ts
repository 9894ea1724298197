// What of an input does not fit the schema, field by field, so that it is said before the service refuses it.
import { Validator } from '@cfworker/json-schema'
import { isBlob, isObject, pathOf, pointerOf, referred, valueAt, type JsonObject } from './json.ts'

export interface InputIssue {
  /** JSON pointer of the field. */
  readonly path: string
  /** The keyword of the schema that is not met, such as `minimum`. */
  readonly keyword: string
  /** What the schema says of it, such as `64`. */
  readonly limit: unknown
}

/** Keywords that only say that something within is wrong. */
const outer = new Set([
  'properties',
  'items',
  'prefixItems',
  'additionalItems',
  'allOf',
  'anyOf',
  'oneOf',
  '$ref',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'patternProperties',
  'contains',
  'false',
])

/** Null where nothing can be checked: the schema is wrong, or refers to another document. */
export function createChecker(schema: unknown): ((input: unknown) => readonly InputIssue[]) | null {
  if (!isObject(schema)) return null
  let own: JsonObject
  let validator: Validator
  try {
    own = modern(schema)
    validator = new Validator(own, '2020-12', false)
  } catch {
    return null
  }
  return (input) => {
    const files: string[] = []
    const plain = withoutFiles(input, [], files)
    try {
      return issuesOf(validator, own, plain).filter(
        ({ path }) => !files.some((file) => path === file || path.startsWith(`${file}/`)),
      )
    } catch {
      // Such as a pattern that is no regular expression.
      return []
    }
  }
}

/** In the words of the newest draft, as the validator reads them. Throws for a schema nested deeper than the stack. */
function modern(schema: JsonObject): JsonObject {
  const read: unknown = JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    isObject(value) ? modernOne(value) : value,
  )
  return isObject(read) ? read : {}
}

/** OpenAPI 3.0 and draft 4 say beside a bound whether it is excluded, and beside a type whether it may be null. */
function modernOne({ exclusiveMinimum, exclusiveMaximum, nullable, ...schema }: JsonObject): JsonObject {
  const bound = (excluded: unknown, name: 'minimum' | 'maximum', other: string): JsonObject => {
    if (excluded !== true) return typeof excluded === 'boolean' || excluded === undefined ? {} : { [other]: excluded }
    const { [name]: limit } = schema
    delete schema[name]
    return { [other]: limit }
  }
  return {
    ...bound(exclusiveMinimum, 'minimum', 'exclusiveMinimum'),
    ...bound(exclusiveMaximum, 'maximum', 'exclusiveMaximum'),
    ...schema,
    // A property may have this name.
    ...(isObject(nullable) && { nullable }),
    ...(nullable === true && typeof schema['type'] === 'string' && { type: [schema['type'], 'null'] }),
  }
}

function issuesOf(validator: Validator, schema: JsonObject, input: unknown): InputIssue[] {
  const { valid, errors } = validator.validate(input)
  if (valid) return []
  const issues = new Map<string, InputIssue>()
  for (const { keyword, instanceLocation, keywordLocation, error } of errors) {
    if (outer.has(keyword)) continue
    let path = instanceLocation.replace(/^#/, '')
    if (keyword === 'required') {
      const name = /"(.*)"/s.exec(error)?.[1]
      if (name === undefined) continue
      path += pointerOf([name])
    }
    const before = issues.get(path)
    // Of the branches of a union, "not null" says less than what is wrong with the value.
    if (before && before.keyword !== 'type') continue
    if (before && keyword === 'type') continue
    issues.set(path, { path, keyword, limit: limitAt(schema, keywordLocation) })
  }
  // Only what was said of unions is left.
  if (issues.size === 0 && errors.length > 0) {
    const { instanceLocation, keyword } = errors.at(-1)!
    const path = instanceLocation.replace(/^#/, '')
    issues.set(path, { path, keyword, limit: undefined })
  }
  return [...issues.values()]
}

/** The value of the keyword. Its location passes through references. */
function limitAt(schema: JsonObject, location: string): unknown {
  let at: unknown = schema
  for (const key of pathOf(location)) {
    if (isObject(at) && typeof at['$ref'] === 'string' && (key === '$ref' || !Object.hasOwn(at, key))) {
      at = referred(schema, at['$ref'])
      if (key === '$ref') continue
    }
    at = valueAt(at, [key])
  }
  return at
}

/** Files are checked by the service; they are left as empty texts. */
function withoutFiles(value: unknown, path: readonly string[], files: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isBlob(value)) {
    files.push(pointerOf(path))
    return ''
  }
  if (Array.isArray(value)) return value.map((item, index) => withoutFiles(item, [...path, String(index)], files))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutFiles(item, [...path, key], files)]),
  )
}
