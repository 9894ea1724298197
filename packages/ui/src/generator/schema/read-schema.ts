// From an app's JSON Schema to the fields of a form. What the subset below does not cover becomes a field for JSON, so that
// every schema can be filled in.
import { isEqual, isObject, referred, type JsonObject } from './json.ts'

export interface FieldBase {
  /** Keys and indexes from the input to the value; of an item of a list, from the item. */
  readonly path: readonly string[]
  readonly label: string
  readonly hint: string | undefined
  readonly isRequired: boolean
  /** What the app takes if nothing is sent. Undefined if nothing is known. */
  readonly fallback: unknown
  /** What is sent for a field that was emptied. Undefined: nothing, so that the app takes its default. */
  readonly empty: null | '' | undefined
}

export interface TextField extends FieldBase {
  readonly kind: 'text'
  readonly isLong: boolean
  readonly input: 'text' | 'url' | 'email' | 'password' | 'date' | 'time' | 'datetime-local' | 'color'
  readonly maxLength: number | undefined
}

export interface NumberField extends FieldBase {
  readonly kind: 'number'
  readonly isInteger: boolean
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly step: number | undefined
  /** Random if nothing is sent. */
  readonly isSeed: boolean
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice'
  readonly options: readonly { readonly value: unknown; readonly label: string }[]
  /** Few and short: all are shown side by side. */
  readonly isShort: boolean
}

export interface ListField extends FieldBase {
  readonly kind: 'list'
  /** With an empty path. */
  readonly item: Field
  readonly minItems: number
  readonly maxItems: number
}

export interface GroupField extends FieldBase {
  readonly kind: 'group'
  readonly fields: readonly Field[]
}

/** One of several groups. */
export interface VariantsField extends FieldBase {
  readonly kind: 'variants'
  readonly variants: readonly { readonly label: string; readonly group: GroupField }[]
}

export interface FileField extends FieldBase {
  readonly kind: 'file'
  /** For the file chooser, such as `image/*`; undefined for any. */
  readonly accept: string | undefined
}

export interface SwitchField extends FieldBase {
  readonly kind: 'switch'
}

export interface JsonField extends FieldBase {
  readonly kind: 'json'
}

export type Field =
  | TextField
  | NumberField
  | ChoiceField
  | ListField
  | GroupField
  | VariantsField
  | FileField
  | SwitchField
  | JsonField

export interface InputForm {
  /** The important ones, in their order. */
  readonly fields: readonly Field[]
  /** Those that most people leave as they are. */
  readonly more: readonly Field[]
  /** Values that the schema prescribes or takes by default. */
  readonly defaults: JsonObject
  /** Inputs that the app's author suggests. */
  readonly examples: readonly JsonObject[]
  /** The schema says nothing of the input: it is one value of JSON. */
  readonly isUnknown: boolean
}

const isMain = (field: Field) => field.isRequired || /^(prompt|text|query|image|input)$/i.test(field.path[0] ?? '')

/** Groups and lists below this depth are fields for JSON. */
const maxDepth = 3
/** Fields of a form without "more". */
const fewFields = 6

interface Place {
  readonly root: unknown
  /** References that led here; a cycle ends at the second. */
  readonly refs: readonly string[]
  readonly depth: number
}

/** Never throws. @param schema The app's `inputSchema`; anything else is a schema that says nothing. */
export function readSchema(schema: unknown): InputForm {
  try {
    return formOf(schema)
  } catch {
    // Nested deeper than the stack.
    return { fields: [], more: [], defaults: {}, examples: [], isUnknown: true }
  }
}

function formOf(schema: unknown): InputForm {
  const place: Place = { root: schema, refs: [], depth: 0 }
  const { own, refs } = resolve(schema, place)
  const examples = Array.isArray(own['examples']) ? own['examples'].filter(isObject) : []
  const isOpen = own['additionalProperties'] !== false || isObject(own['patternProperties'])
  const branches = branchesOf(own)
  if (!isObject(own['properties']) && branches.length > 1) {
    const field = fieldOf(own, place, { path: [], key: '', isRequired: true })
    if (field.kind === 'variants') {
      const defaults = isObject(field.fallback) ? field.fallback : {}
      return { fields: [field], more: [], defaults, examples, isUnknown: false }
    }
  }
  if (!isObject(own['properties']) || Object.keys(own['properties']).length === 0) {
    return { fields: [], more: [], defaults: {}, examples, isUnknown: isOpen }
  }
  const { fields, constants } = propertiesOf(own, { ...place, refs }, [])
  const defaults = { ...constants, ...fallbacksOf(fields) }
  const main = fields.filter(isMain)
  if (fields.length <= fewFields || main.length === 0) return { fields, more: [], defaults, examples, isUnknown: false }
  return { fields: main, more: fields.filter((field) => !isMain(field)), defaults, examples, isUnknown: false }
}

function propertiesOf(
  schema: JsonObject,
  place: Place,
  path: readonly string[],
): { fields: Field[]; constants: JsonObject } {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? new Set(schema['required']) : new Set()
  const fields: { field: Field; order: number }[] = []
  const constants: JsonObject = {}
  for (const [key, property] of Object.entries(properties)) {
    const { own } = resolve(property, place)
    if ('const' in own) {
      constants[key] = own['const']
      continue
    }
    if (own['readOnly'] === true) continue
    const order = own['x-order'] ?? own['order'] ?? own['propertyOrder']
    const isRequired = required.has(key)
    const field = fieldOf(property, place, { path: [...path, key], key, isRequired })
    // Without a value of its own it is sent as null.
    if (isRequired && field.empty === null && field.fallback === undefined) constants[key] = null
    fields.push({ field, order: typeof order === 'number' ? order : isRequired ? 1e6 : 2e6 })
  }
  // A stable sort: those without an order stay as they are written, the required ones first.
  return { fields: fields.toSorted((one, other) => one.order - other.order).map(({ field }) => field), constants }
}

interface FieldPlace {
  readonly path: readonly string[]
  readonly key: string
  readonly isRequired: boolean
  readonly inherited?: JsonObject
  /** One branch of a union with null. */
  readonly isNullable?: boolean
}

function fieldOf(schema: unknown, place: Place, at: FieldPlace): Field {
  const field = readField(schema, place, at)
  const { fallback } = field
  if (fallback === undefined || fallback === null || isValue(field, fallback)) return field
  // A default that the field itself cannot have would only stand in the way.
  return { ...field, fallback: undefined, isRequired: at.isRequired }
}

/** Whether the field can show this value. */
function isValue(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number'
    case 'switch':
      return typeof value === 'boolean'
    case 'choice':
      return field.options.some((option) => isEqual(option.value, value))
    case 'list':
      return Array.isArray(value)
    case 'group':
    case 'variants':
      return isObject(value)
    case 'file':
      return typeof value === 'string' || isObject(value)
    default:
      return true
  }
}

function readField(schema: unknown, outer: Place, at: FieldPlace): Field {
  const resolved = resolve(schema, outer)
  const { isCyclic, refs } = resolved
  const own = { ...resolved.own, ...at.inherited }
  const place = { ...outer, refs }
  const { path, key } = at
  const isNullable = at.isNullable === true || takesNull(own)
  const base: FieldBase = {
    path,
    label: textOf(own, 'title') ?? labelOf(key),
    hint: textOf(own, 'description'),
    isRequired: at.isRequired && own['default'] === undefined && !isNullable,
    fallback: own['default'],
    empty: isNullable && (at.isRequired || (own['default'] ?? null) !== null) ? null : undefined,
  }
  if (isCyclic || place.depth > maxDepth) return { ...base, kind: 'json' }

  const branches = branchesOf(own)
  if (branches.length > 0) {
    const inherited: JsonObject = {}
    for (const name of ['title', 'description', 'default', 'x-order'])
      if (own[name] !== undefined) inherited[name] = own[name]
    if (branches.length === 1) {
      const { anyOf: _, oneOf: __, ...rest } = own
      const only = resolve(branches[0], place)
      if (only.isCyclic) return { ...base, kind: 'json' }
      return fieldOf({ ...rest, ...only.own }, { ...place, refs: only.refs }, { ...at, inherited, isNullable })
    }
    const all = branches.map((branch) => resolve(branch, place))
    if (all.every(({ own: one }) => 'const' in one || Array.isArray(one['enum'])))
      return choiceOf(
        base,
        all.flatMap(({ own: one }) => optionsOf(one)),
      )
    const types = new Set(all.map(({ own: one }) => typeOf(one)))
    if (all.every(({ own: one }) => isObject(one['properties']))) return variantsOf(base, branches, place)
    // The widest of simple types takes what the others take.
    const file = all.find(({ own: one }) => isFile(one, key))
    if (file) return { ...base, kind: 'file', accept: acceptOf({ ...own, ...file.own }, key) }
    if ([...types].every((type) => type === 'integer' || type === 'number'))
      return numberOf(base, { ...all[0]!.own, type: 'number' }, key)
    if (types.size === 1 && types.has('string')) return textFieldOf(base, { ...own, type: 'string' }, key)
    return { ...base, kind: 'json' }
  }

  if (Array.isArray(own['enum'])) return choiceOf(base, optionsOf(own))
  if (isFile(own, key)) return { ...base, kind: 'file', accept: acceptOf(own, key) }
  switch (typeOf(own)) {
    case 'string':
      return textFieldOf(base, own, key)
    case 'integer':
    case 'number':
      return numberOf(base, own, key)
    case 'boolean':
      // What is not on is off.
      return { ...base, kind: 'switch', fallback: base.fallback ?? (base.isRequired ? false : undefined) }
    case 'array': {
      if (own['items'] === undefined || Array.isArray(own['items']) || Array.isArray(own['prefixItems'])) break
      const item = fieldOf(own['items'], { ...place, depth: place.depth + 1 }, { path: [], key, isRequired: true })
      if (item.kind === 'json' || item.kind === 'list') break
      return {
        ...base,
        kind: 'list',
        item,
        minItems: numberIn(own, 'minItems') ?? 0,
        maxItems: numberIn(own, 'maxItems') ?? Infinity,
      }
    }
    case 'object': {
      if (!isObject(own['properties']) || Object.keys(own['properties']).length === 0) break
      const { fields, constants } = propertiesOf(own, { ...place, depth: place.depth + 1 }, path)
      const { fallback } = base
      // A group that may be left out has no values until some are given.
      if (!base.isRequired && !isObject(fallback)) return { ...base, kind: 'group', fields }
      const inner = { ...fallbacksOf(fields), ...constants }
      return { ...base, kind: 'group', fields, fallback: { ...inner, ...(isObject(fallback) ? fallback : {}) } }
    }
    default:
  }
  return { ...base, kind: 'json' }
}

function variantsOf(base: FieldBase, branches: readonly unknown[], place: Place): VariantsField {
  const variants = branches.map((branch, index) => {
    const { own, refs } = resolve(branch, place)
    const { fields, constants } = propertiesOf(own, { ...place, refs, depth: place.depth + 1 }, base.path)
    const label = textOf(own, 'title') ?? refs.at(-1)?.split('/').at(-1) ?? String(index + 1)
    const inner = fallbacksOf(fields)
    const group: GroupField = { ...base, label, kind: 'group', fields, fallback: { ...inner, ...constants } }
    return { label, group }
  })
  const first = variants[0]?.group.fallback
  return { ...base, kind: 'variants', variants, fallback: base.fallback ?? (base.isRequired ? first : undefined) }
}

/** What the fields of a group take if nothing is sent. */
const fallbacksOf = (fields: readonly Field[]): JsonObject =>
  Object.fromEntries(
    fields.flatMap(({ path, fallback }) =>
      fallback === undefined || fallback === null ? [] : [[path.at(-1)!, fallback] as const],
    ),
  )

function choiceOf(base: FieldBase, options: ChoiceField['options']): ChoiceField {
  const isShort = options.length <= 4 && options.every(({ label }) => label.length <= 14)
  return { ...base, kind: 'choice', options, isShort }
}

function optionsOf(schema: JsonObject): ChoiceField['options'] {
  if ('const' in schema) return [{ value: schema['const'], label: textOf(schema, 'title') ?? nameOf(schema['const']) }]
  const values: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  const names = schema['enumNames'] ?? schema['x-enum-varnames']
  // Null is what is taken if nothing is chosen.
  return values.flatMap((value, index) => {
    const name: unknown = Array.isArray(names) ? names[index] : undefined
    return value === null ? [] : [{ value, label: typeof name === 'string' ? name : nameOf(value) }]
  })
}

const nameOf = (value: unknown) =>
  (typeof value === 'string' && value.trim() !== '' ? value : JSON.stringify(value)) ?? ''

function textFieldOf(base: FieldBase, schema: JsonObject, key: string): TextField {
  const inputs: Record<string, TextField['input']> = {
    uri: 'url',
    url: 'url',
    email: 'email',
    password: 'password',
    date: 'date',
    time: 'time',
    'date-time': 'datetime-local',
    color: 'color',
  }
  const input = inputs[String(schema['format'])] ?? 'text'
  const maxLength = numberIn(schema, 'maxLength')
  const isLong =
    input === 'text' &&
    (/prompt|text|description|instruction|message|content|template|lyrics|script/i.test(key) ||
      (maxLength ?? 0) > 120 ||
      (typeof base.fallback === 'string' && base.fallback.includes('\n')))
  // Nothing at all would be taken for the default.
  const hasText = typeof base.fallback === 'string' && base.fallback !== ''
  // A time zone is lost in a native field for date and time.
  return {
    ...base,
    kind: 'text',
    empty: base.empty === undefined && hasText && input === 'text' ? '' : base.empty,
    isLong,
    input: input === 'datetime-local' || input === 'time' ? 'text' : input,
    maxLength,
  }
}

function numberOf(base: FieldBase, schema: JsonObject, key: string): NumberField {
  const isInteger = typeOf(schema) === 'integer'
  const unit = isInteger ? 1 : undefined
  const over = numberIn(schema, 'exclusiveMinimum')
  const under = numberIn(schema, 'exclusiveMaximum')
  const step = numberIn(schema, 'multipleOf')
  return {
    ...base,
    kind: 'number',
    isInteger,
    minimum: numberIn(schema, 'minimum') ?? (over !== undefined && unit ? Math.floor(over) + 1 : over),
    maximum: numberIn(schema, 'maximum') ?? (under !== undefined && unit ? Math.ceil(under) - 1 : under),
    step: step !== undefined && step > 0 ? step : unit,
    isSeed: /(^|_)seed$/i.test(key),
  }
}

/** A file as the service writes it, and as other generators of schemas do. */
function isFile(schema: JsonObject, key: string): boolean {
  const { format } = schema
  if (format === 'file' || format === 'binary') return true
  if (typeOf(schema) !== 'string') return false
  if (typeof schema['contentMediaType'] === 'string') return mediaTypes.test(schema['contentMediaType'])
  return (format === 'uri' || format === 'data-url') && /image|picture|photo|video|audio|file|mask|document/i.test(key)
}

const mediaTypes = /^(image|video|audio|application\/(pdf|zip|octet-stream))/

function acceptOf(schema: JsonObject, key: string): string | undefined {
  const type = schema['contentMediaType']
  if (typeof type === 'string' && type !== 'application/octet-stream') return type
  const named = /image|picture|photo|mask/i.test(key) ? 'image' : (/video|audio/i.exec(key)?.[0].toLowerCase() ?? null)
  return named === null ? undefined : `${named}/*`
}

function takesNull({ type, nullable, enum: values, ...own }: JsonObject): boolean {
  if (nullable === true || type === 'null' || (Array.isArray(type) && type.includes('null'))) return true
  if (Array.isArray(values) && values.includes(null)) return true
  const branches = own['anyOf'] ?? own['oneOf']
  return (
    Array.isArray(branches) &&
    branches.some((branch) => isObject(branch) && (branch['type'] === 'null' || branch['const'] === null))
  )
}

/** The branches of `anyOf` or `oneOf` without null. */
function branchesOf(schema: JsonObject): readonly unknown[] {
  const branches = schema['anyOf'] ?? schema['oneOf']
  if (!Array.isArray(branches)) return []
  return branches.filter((branch) => !(isObject(branch) && (branch['type'] === 'null' || branch['const'] === null)))
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema
  if (typeof type === 'string') return type
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== 'null')
    return types.length === 1 ? String(types[0]) : undefined
  }
  return isObject(schema['properties']) ? 'object' : undefined
}

/** The schema with its reference followed and `allOf` merged. */
function resolve(
  schema: unknown,
  { root, refs }: Place,
): { own: JsonObject; refs: readonly string[]; isCyclic: boolean } {
  let own = isObject(schema) ? schema : {}
  let passed = refs
  for (let ref = own['$ref']; typeof ref === 'string'; ref = own['$ref']) {
    if (passed.includes(ref)) return { own: {}, refs: passed, isCyclic: true }
    passed = passed.concat(ref)
    const target = referred(root, ref)
    const { $ref: _, ...beside } = own
    own = isObject(target) ? { ...target, ...beside } : beside
  }
  const parts = own['allOf']
  if (!Array.isArray(parts)) return { own, refs: passed, isCyclic: false }
  const { allOf: _, ...beside } = own
  let merged: JsonObject = {}
  for (const part of parts) {
    const inner = resolve(part, { root, refs: passed, depth: 0 })
    if (inner.isCyclic) return { own: {}, refs: passed, isCyclic: true }
    passed = inner.refs
    merged = merge(merged, inner.own)
  }
  return { own: merge(merged, beside), refs: passed, isCyclic: false }
}

function merge(one: JsonObject, other: JsonObject): JsonObject {
  const merged = { ...one, ...other }
  if (isObject(one['properties']) && isObject(other['properties']))
    merged['properties'] = { ...one['properties'], ...other['properties'] }
  if (Array.isArray(one['required']) && Array.isArray(other['required']))
    merged['required'] = [...one['required'], ...other['required']]
  return merged
}

function textOf(schema: JsonObject, key: string): string | undefined {
  const text = schema[key]
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

function numberIn(schema: JsonObject, key: string): number | undefined {
  const value = schema[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** `guidance_scale` and `guidanceScale`: "Guidance scale". */
function labelOf(key: string): string {
  const words = key
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim()
  const text = words.replaceAll(/\b[A-Z][a-z]/g, (letters) => letters.toLowerCase())
  return text.charAt(0).toUpperCase() + text.slice(1)
}
