import type { JsonObject } from '../../apps/app.ts'
import { isObject } from '../../server/json-body.ts'
import type { Tool } from '../tool.ts'
import { keywords } from './text.ts'

/** The least score of a match: one word of the tool's name in the sentence, or two of its description. */
const enough = 2

const operatorWords: Readonly<Record<string, string>> = {
  '+': 'add sum plus',
  '-': 'subtract difference minus',
  '*': 'multiply product times',
  '/': 'divide quotient',
}

/** The tool whose name and description share most words with a sentence; null if none matches. */
export function matchTool(sentence: string, tools: readonly Tool[]): Tool | null {
  const spoken = sentence
    .toLowerCase()
    .replace(/(?<=\d\s*)[-+*/](?=\s*\d)/g, (sign) => ` ${operatorWords[sign] ?? ''} `)
  const words = new Set(keywords(spoken))
  const scored = tools.map((tool) => ({ tool, score: scoreOf(tool, spoken, words) }))
  const best = scored.toSorted((one, other) => other.score - one.score)[0]
  return best && best.score >= enough ? best.tool : null
}

function scoreOf({ name, displayName, description }: Tool, sentence: string, words: ReadonlySet<string>): number {
  const plain = name.toLowerCase()
  const isNamed = new RegExp(`(?<![\\w-])${escaped(plain)}(?![\\w-])`).test(sentence)
  const nameWords = new Set(
    keywords(`${name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_.-]+/g, ' ')} ${displayName}`),
  )
  const described = new Set(keywords(description))
  let score = isNamed ? 10 : 0
  for (const word of words) score += nameWords.has(word) ? 2 : described.has(word) ? 1 : 0
  return score
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** Arguments for a tool, taken from a sentence by the tool's schema; what the sentence does not state is left out. */
export function fillArguments(sentence: string, { parameters, name }: Tool): JsonObject {
  const properties = isObject(parameters['properties']) ? parameters['properties'] : {}
  const required = Array.isArray(parameters['required']) ? parameters['required'] : []
  const numbers = [...sentence.matchAll(/-?\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits))
  const texts = subjects(sentence, name)
  const filled: JsonObject = {}
  for (const [key, schema] of Object.entries(properties)) {
    if (key === '__proto__' || !isObject(schema)) continue
    const value = valueFor(schema, { key, sentence, numbers, texts, isRequired: required.includes(key) })
    if (value !== undefined) filled[key] = value
  }
  return filled
}

interface Said {
  key: string
  sentence: string
  /** The sentence's remaining numbers and phrases; each is used once. */
  numbers: number[]
  texts: string[]
  isRequired: boolean
}

function valueFor(schema: JsonObject, { key, sentence, numbers, texts, isRequired }: Said): unknown {
  const lower = sentence.toLowerCase()
  if (Array.isArray(schema['enum'])) {
    const named = schema['enum'].find((choice) => lower.includes(String(choice).toLowerCase()))
    return named ?? schema['default'] ?? (isRequired ? schema['enum'][0] : undefined)
  }
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return numbers.shift() ?? schema['default']
    case 'boolean':
      return (
        keywords(key).some((word) => keywords(sentence).includes(word)) ||
        (schema['default'] ?? (isRequired ? false : undefined))
      )
    case 'array':
      return texts.length > 0 ? texts.splice(0) : isRequired ? [] : undefined
    case 'object':
      return isRequired ? {} : undefined
    default:
      return texts.shift() ?? schema['default'] ?? (isRequired ? bare(sentence) : undefined)
  }
}

/** The subject of a sentence: what it quotes, else what follows its prepositions, else the remaining words. */
function subjects(sentence: string, toolName: string): string[] {
  const quoted = [...sentence.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
  if (quoted.length > 0) return quoted
  const plain = bare(sentence)
  const after = plain.split(/\s+(?:in|for|of|about|to|at|on|from|with|named|called)\s+/i).slice(1)
  if (after.length > 0) return after.map(bare).filter((part) => part !== '')
  const own = new Set(keywords(toolName.replace(/[_.-]+/g, ' ')))
  const rest = plain.split(/\s+/).filter((word) => {
    const [key] = keywords(word)
    return key !== undefined && !own.has(key)
  })
  return rest.length > 0 ? [rest.join(' ')] : []
}

function bare(text: string): string {
  return text.replace(/^[\s"'“(]+|[\s"'”).?!;,:]+$/g, '')
}
