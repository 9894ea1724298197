import type { JsonObject } from '../../apps/app.ts'
import { hashText, stringOr } from '../../apps/schema.ts'
import { corpus } from '../../apps/story/corpus.ts'
import { spell, trainModel } from '../../apps/story/n-gram.ts'
import type { ModelMessage, ModelRequest, ReceivedFile } from '../model.ts'
import type { Tool } from '../tool.ts'
import { assistantTools, lookUp } from './assistant-tools.ts'
import { follow, readInstructions } from './instructions.ts'
import { searchDocs } from './search-docs.ts'
import { byteCount, keywords, listed, readable, saidBack, sentences } from './text.ts'
import { fillArguments, matchTool } from './tool-match.ts'

/** One step of the assistant: what it thinks, and what it says or calls. */
export interface Response {
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly arguments: JsonObject }[]
}

/** The result of a rule for one sentence. */
interface Plan {
  because: string
  text?: string
  call?: { name: string; arguments: JsonObject }
}

type UserMessage = Extract<ModelMessage, { role: 'user' }>
type ToolMessage = Extract<ModelMessage, { role: 'tool' }>

/** Characters of a message, of a prompt and of one sentence that are read: the rules scan each many times. */
const readCharacters = 4_000
const longestSentence = 400

/** The only constant answer. */
export const refusal =
  'I am a rule-based assistant, not a language model, and none of my rules fits that. I can calculate, render a picture, search the documentation of Inferstream, tell a story, remember a fact, and call the tools that I am given.'

/** The next step of a turn, by rules only: the same conversation gives the same answer. */
export function respond(request: ModelRequest): Response {
  const at = request.messages.findLastIndex(({ role }) => role === 'user')
  const asked = request.messages[at]
  const user: UserMessage = asked?.role === 'user' ? asked : { role: 'user', text: '', files: [] }
  const results = resultsOf(request.messages.slice(at + 1))
  const instructions = readInstructions(request.systemPrompt.slice(0, readCharacters))
  const received = user.files.map(receipt)
  const finish = (because: string, answers: readonly string[]): Response => ({
    reasoning: thought(request, because),
    text: follow([...received, ...answers].join('\n\n'), instructions),
    calls: [],
  })

  if (results.length > 0) {
    const names = listed(results.map(({ name }) => name))
    return finish(`The results of ${names} are here, so I put them into words.`, results.map(resultText))
  }
  const parts = sentences(user.text.slice(0, readCharacters)).map((sentence) => sentence.slice(0, longestSentence))
  const plans = parts.flatMap((sentence) => planFor(sentence, request) ?? [])
  const because = plans.map((plan) => plan.because).join(' ')
  const calls = plans.flatMap(({ call }) => call ?? [])
  if (calls.length > 0) {
    const spoken = plans.flatMap(({ text }) => text ?? [])
    return {
      reasoning: thought(request, because),
      text: spoken.length > 0 ? follow(spoken.join(' '), instructions) : '',
      calls,
    }
  }
  if (plans.length > 0)
    return finish(
      because,
      plans.flatMap(({ text }) => text ?? []),
    )
  if (received.length > 0) return finish('There is something attached, and no rule for the words.', [])
  return finish('None of my rules fits these words.', [refusal])
}

/** This turn's results, in the order of their calls rather than of their arrival. */
function resultsOf(steps: readonly ModelMessage[]): ToolMessage[] {
  const calls = steps.flatMap((message) =>
    message.role === 'assistant' ? message.calls.map(({ callId }) => callId) : [],
  )
  return steps
    .filter((message) => message.role === 'tool')
    .toSorted((one, other) => calls.indexOf(one.callId) - calls.indexOf(other.callId))
}

function thought({ systemPrompt }: ModelRequest, because: string): string {
  const prompt = systemPrompt.trim().replaceAll(/\s+/g, ' ')
  const shown = prompt.length > 200 ? `${prompt.slice(0, 200)}…` : prompt
  return `${shown === '' ? '' : `My instructions say: “${shown}” `}${because}`
}

function planFor(sentence: string, request: ModelRequest): Plan | null {
  const own = request.tools.filter((tool) => !assistantTools.includes(tool) && tool !== lookUp)
  const tool = matchTool(sentence, own)
  if (tool) return callOf(tool, sentence)
  for (const rule of rules) {
    const plan = rule(sentence, request)
    if (plan) return plan
  }
  return null
}

function callOf(tool: Tool, sentence: string): Plan {
  return {
    because: `The tool ${tool.name} fits “${sentence}”.`,
    call: { name: tool.name, arguments: fillArguments(sentence, tool) },
  }
}

type Rule = (sentence: string, request: ModelRequest) => Plan | null

/** In order: the first rule that matches decides. */
const rules: readonly Rule[] = [
  calculation,
  rendering,
  storyTelling,
  remembering,
  recalling,
  introduction,
  documentation,
  lookingUp,
]

const spokenOperators: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\b(?:times|multiplied by)\b|[×·]/gi, '*'],
  [/\b(?:divided by|over)\b|÷/gi, '/'],
  [/\bto the power of\b|\*\*/gi, '^'],
  [/\bsquare root of\s+(\d+(?:\.\d+)?)/gi, 'sqrt($1)'],
  [/(\d+(?:\.\d+)?)\s*(?:%|percent) of\b/gi, '$1 / 100 *'],
]
const expressionPattern =
  /(?:\b(?:sqrt|cbrt|sin|cos|tan|asin|acos|atan|log10|log2|log|ln|exp|abs|round|floor|ceil|min|max|gcd|lcm|pi|tau|e)\b|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[-+*/^%!(),]|\s)+/gi

function calculation(sentence: string, { tools }: ModelRequest): Plan | null {
  if (!has(tools, 'calculate')) return null
  let plain = sentence.replace(/(?<=\d),(?=\d{3}\b)/g, '')
  for (const [spoken, sign] of spokenOperators) plain = plain.replace(spoken, sign)
  const candidates = [...plain.matchAll(expressionPattern)]
    .map(([text]) =>
      text
        .trim()
        .replace(/[,!(]+$|^[,)!*/^%]+/g, '')
        .trim(),
    )
    .filter((text) => /\d/.test(text) && /\d\s*[-+*/^%]\s*[-(\w]|[a-z]\w*\(|\d!/.test(text))
  const expression = candidates.toSorted((one, other) => other.length - one.length)[0]
  if (expression === undefined) return null
  return {
    because: `“${expression}” is arithmetic, so I calculate it instead of guessing.`,
    call: { name: 'calculate', arguments: { expression } },
  }
}

function rendering(sentence: string, { tools }: ModelRequest): Plan | null {
  const match =
    /\b(?:render|draw|paint|trace|(?:make|create|generate|show)\b.*?\b(?:picture|image|painting|photo))\b\s*(.*)$/i.exec(
      sentence,
    )
  if (!match || !has(tools, 'render')) return null
  const [, rest = ''] = match
  const prompt = rest
    .replace(
      /^(?:me\s+)?(?:(?:a|an|the)\s+)?(?:(?:picture|image|painting|photo)\s+)?(?:of\s+)?(?:(?:a|an|the)\s+)?/i,
      '',
    )
    .replace(/(?:,?\s+(?:at|in|with))?\s+(?:\d{2,4}\s*(?:x|×|by)\s*\d{2,4}(?:\s*pixels)?|\d+\s*samples)/gi, '')
    .replace(/[.,?!\s]+$/, '')
  const [, width, height] = /(\d{2,4})\s*(?:x|×|by)\s*(\d{2,4})/i.exec(sentence) ?? []
  const samples = /(\d+)\s*samples/i.exec(sentence)?.[1]
  return {
    because: `A picture is wanted, so I start the path tracer; that takes a moment.`,
    call: {
      name: 'render',
      arguments: {
        prompt: prompt === '' ? sentence : prompt,
        ...(width === undefined || height === undefined ? {} : { width: Number(width), height: Number(height) }),
        ...(samples === undefined ? {} : { samples: Number(samples) }),
      },
    },
  }
}

const storyTokens = 120
const mostStoryTokens = 20_000

function storyTelling(sentence: string): Plan | null {
  if (!/\bstory\b|\b\d[\d,]*\s*(?:words|tokens)\b/i.test(sentence)) return null
  const count = Number(
    (/(\d[\d,]*)\s*(?:words|tokens)\b/i.exec(sentence)?.[1] ?? String(storyTokens)).replaceAll(',', ''),
  )
  const about = /\b(?:about|of)\s+((?:a|an|the)\s+)?([^\d.?!]+?)\s*(?:\bin\b.*)?[.?!]*$/i.exec(sentence)?.[2] ?? ''
  const pieces: string[] = []
  for (const token of storyModel().generate(about, hashText(sentence))) {
    if (pieces.length === 0 && !/\p{L}/u.test(token)) continue
    pieces.push(spell(token, pieces.at(-1) ?? ''))
    if (pieces.length >= Math.min(count, mostStoryTokens)) break
  }
  const text = pieces.join('').trimEnd()
  const story = text.charAt(0).toUpperCase() + text.slice(1)
  return { because: 'A story is wanted: I put words together as my few pages of reading suggest.', text: story }
}

let trained: ReturnType<typeof trainModel> | undefined
function storyModel() {
  return (trained ??= trainModel(corpus))
}

function remembering(sentence: string, { tools }: ModelRequest): Plan | null {
  const fact = /^(?:please\s+)?(?:remember|note|keep in mind)(?:\s+that)?[:\s]+(.+?)[.!]*$/i.exec(sentence)?.[1]
  if (fact === undefined || !has(tools, 'remember')) return null
  const [, key = '', value = ''] = /^(.+?)\s+(?:is|are|was|were|=)\s+(.+)$/i.exec(fact) ?? []
  return {
    because: 'I am asked to remember something, which needs to be allowed first.',
    call: { name: 'remember', arguments: key === '' ? { key: fact, value: fact } : { key: key.toLowerCase(), value } },
  }
}

function recalling(sentence: string, { memory }: ModelRequest): Plan | null {
  const facts = Object.entries(memory)
  const because = 'That is in the memory of this chat.'
  if (/\bwhat (?:do|did) you (?:remember|know about me)\b/i.test(sentence)) {
    const entries = facts.map(([key, value]) =>
      key === value ? saidBack(key) : `${saidBack(key)} is ${saidBack(value)}`,
    )
    return {
      because,
      text:
        entries.length > 0
          ? `I remember that ${listed(entries)}.`
          : `I remember nothing yet; there are ${facts.length} facts.`,
    }
  }
  const asked = keywords(sentence)
  const known = facts.find(([key]) => keywords(key).length > 0 && keywords(key).every((word) => asked.includes(word)))
  if (!known || !/\?\s*$|^(?:what|who|where|when)\b/i.test(sentence)) return null
  const [key, value] = known
  return {
    because,
    text: `You told me that ${key === value ? saidBack(key) : `${saidBack(key)} is ${saidBack(value)}`}.`,
  }
}

function introduction(sentence: string, { systemPrompt, tools, memory }: ModelRequest): Plan | null {
  const isGreeting = /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|moin)\b/i.test(sentence)
  if (!isGreeting && !/\b(?:who are you|what are you|what can you do|your name|help)\b/i.test(sentence)) return null
  const { persona } = readInstructions(systemPrompt.slice(0, readCharacters))
  const name = Object.entries(memory).find(([key]) => /\bname\b/i.test(key))?.[1]
  const greeting = isGreeting ? `Hello${name === undefined ? '' : `, ${name}`}! ` : ''
  const can = listed(tools.map((tool) => tool.displayName.toLowerCase()))
  return {
    because: 'The question is about me, so I describe myself.',
    text: `${greeting}I am ${persona ?? 'the local assistant'}, and I work by rules, not by a language model. My tools: ${can}.`,
  }
}

function documentation(sentence: string, { tools }: ModelRequest): Plan | null {
  const asksForDocs = /\b(?:docs|documentation|manual|inferstream)\b/i.test(sentence)
  const query = sentence.replace(/\b(?:search|look (?:it )?up|in|the|docs|documentation|manual)\b/gi, ' ').trim()
  if (!has(tools, 'search_docs') || keywords(query).length === 0) return null
  if (!asksForDocs && searchDocs(query).length === 0) return null
  return {
    because: 'The documentation may have this, so I search it.',
    call: { name: 'search_docs', arguments: { query: query.replace(/\s+/g, ' ') } },
  }
}

function lookingUp(sentence: string, { tools }: ModelRequest): Plan | null {
  const topic =
    /\b(?:explain|describe|define|look up|tell me about|what (?:is|are|was|were)|who (?:is|was)|how (?:does|do|did)|why (?:is|are|does|do))\s+(.+?)[.?!]*$/i.exec(
      sentence,
    )?.[1]
  if (topic === undefined) return null
  const because = `I have no rule for “${topic}” myself, but I can ask a tool for it.`
  if (tools.includes(lookUp)) return { because, call: { name: lookUp.name, arguments: { topic } } }
  const asked = tools.find(
    ({ type, name, description }) =>
      type === 'client' &&
      /search|look|find|query|fetch|wiki|knowledge|ask|explain|lookup/i.test(`${name} ${description}`),
  )
  return asked ? { because, call: { name: asked.name, arguments: fillArguments(`about ${topic}`, asked) } } : null
}

function has(tools: readonly Tool[], name: string): boolean {
  return tools.some((tool) => tool.name === name && assistantTools.includes(tool))
}

/** A tool's result in words. */
function resultText({ name, arguments: args, status, text }: ToolMessage): string {
  if (status === 'cancelled') return `I did not run ${name}. ${text}`
  if (status === 'failed') return `${name} failed: ${text}`
  switch (name) {
    case 'calculate':
      return `${String(args['expression'])} = ${text}.`
    case 'render':
      return pictureText(args, text)
    case 'search_docs':
      return sectionsText(text)
    case 'remember':
      return args['key'] === args['value']
        ? `I will remember that ${saidBack(String(args['key']))}.`
        : `I will remember that ${saidBack(String(args['key']))} is ${saidBack(String(args['value']))}.`
    default:
      return `${name} says: ${readable(text)}`
  }
}

function pictureText(args: JsonObject, text: string): string {
  const url = /"url":"([^"]+)"/.exec(text)?.[1]
  return `Here is ${stringOr(args['prompt'], 'the picture')}, traced ray by ray: ${url ?? readable(text)}`
}

function sectionsText(text: string): string {
  const sections: { title: string; text: string }[] = JSON.parse(text)
  const [first, ...more] = sections
  if (!first) return 'The documentation has nothing on that.'
  const see = more.length > 0 ? `\n\nSee also: ${listed(more.map(({ title }) => title))}.` : ''
  return `From the documentation, “${first.title}”: ${first.text}${see}`
}

/** An attachment: its name and everything known about it. */
function receipt({ kind, name, contentType, size, text }: ReceivedFile): string {
  const facts = [contentType, size === undefined ? undefined : byteCount(size)].filter((fact) => fact !== undefined)
  const about = facts.length > 0 ? ` (${facts.join(', ')})` : ''
  const first = text?.split('\n', 1).join('').slice(0, 120) ?? ''
  const begins =
    first === '' ? '' : ` It begins with “${first}” and has ${text?.trimEnd().split('\n').length ?? 0} lines.`
  return `I received the ${kind} ${name}${about}.${begins}`
}
