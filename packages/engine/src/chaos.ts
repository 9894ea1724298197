import { createRandom } from './random.ts'

/** Faults that can be injected; the README describes each. */
export interface ChaosRules {
  /** Probability, for each frame of a stream, that its connection is reset instead. */
  drop?: number
  /** Bytes of a stream's body after which its connection is reset. */
  cut?: number
  /** Bytes of a stream's body after which it ends normally. */
  end?: number
  /** Milliseconds of silence, heartbeats included, after a stream's first frame. */
  stall?: number
  /** Milliseconds by which every answer is delayed. */
  delay?: number
  /** Probability, for each frame of a stream, that it is sent twice. */
  dup?: number
  /** Probability, for each frame of a stream, that a line of invalid JSON precedes it. */
  malformed?: number
  /** 1: streams are sent one byte at a time. */
  bytewise?: number
  /** Answers 429 with a page of HTML: a count of calls from 1 on, below 1 a probability. */
  html429?: number
  /** The same with problem+json and these statuses; the service answers approvals by an API key with 403. */
  http403?: number
  http500?: number
  http502?: number
  http503?: number
  /** Milliseconds for which the listener and every socket are closed; tasks and files are kept. */
  restart?: number
  /** Seed of the random choices. */
  seed?: number
}

type RuleName = keyof ChaosRules

const ruleNames: readonly RuleName[] = [
  'drop',
  'cut',
  'end',
  'stall',
  'delay',
  'dup',
  'malformed',
  'bytewise',
  'html429',
  'http403',
  'http500',
  'http502',
  'http503',
  'restart',
  'seed',
]

const probabilities: ReadonlySet<RuleName> = new Set(['drop', 'dup', 'malformed'])

/** Value of a rule without `=`. */
const bareValues: Partial<Record<RuleName, number>> = { restart: 3_000, stall: 5_000, delay: 200 }

/** Parses `drop=0.1 bytewise html429=1`, or the same as an object. Throws a RangeError that names the mistake. */
export function parseChaos(rules: unknown): ChaosRules {
  if (typeof rules === 'string') {
    const words = rules.split(/[\s,]+/).filter((word) => word !== '')
    return Object.assign({}, ...words.map(parseWord))
  }
  if (typeof rules === 'object' && rules !== null && !Array.isArray(rules)) {
    return Object.assign({}, ...Object.entries(rules).map(([name, value]) => rule(name, value === true ? null : value)))
  }
  throw new RangeError('Chaos rules must be text such as "drop=0.1 delay=200", or an object with the same names.')
}

function parseWord(word: string): ChaosRules {
  const [name = '', value] = word.split('=')
  return rule(name, value === undefined ? null : value === '' ? NaN : Number(value))
}

function rule(word: string, given: unknown): ChaosRules {
  const name = ruleNames.find((known) => known === word)
  if (!name) throw new RangeError(`There is no chaos rule "${word}"; the rules are ${ruleNames.join(', ')}.`)
  const value = given === null ? (bareValues[name] ?? 1) : given
  const most = probabilities.has(name) ? 1 : 1e9
  if (typeof value !== 'number' || !(value >= 0 && value <= most)) {
    const bound = most === 1 ? 'a probability from 0 to 1' : 'a number of at least 0'
    throw new RangeError(`The chaos rule "${name}" takes ${bound}.`)
  }
  return { [name]: value }
}

/** The refusals that can replace an answer. */
const refusals = ['html429', 'http403', 'http500', 'http502', 'http503'] as const
export type Refusal = (typeof refusals)[number]

/** The active faults: of the whole engine, of single tasks, and of single calls. */
export class Chaos {
  readonly #everywhere: Scope
  readonly #tasks = new Map<string, Scope>()

  constructor(rules: ChaosRules = {}) {
    this.#everywhere = new Scope(rules)
  }

  get rules(): ChaosRules {
    return this.#everywhere.rules
  }

  set(rules: ChaosRules, taskId?: string): void {
    if (taskId === undefined) this.#everywhere.set(rules)
    else this.#tasks.set(taskId, new Scope(rules))
  }

  clear(taskId?: string): void {
    if (taskId !== undefined) {
      this.#tasks.delete(taskId)
      return
    }
    this.#everywhere.set({})
    this.#tasks.clear()
  }

  forget(taskId: string): void {
    this.#tasks.delete(taskId)
  }

  /** The faults of a call: its own rules take precedence, then the task's, then the engine's. */
  meet(call: ChaosRules, taskId: string | undefined): CallChaos {
    const task = taskId === undefined ? undefined : this.#tasks.get(taskId)
    const scopes = [this.#everywhere, ...(task ? [task] : []), new Scope(call)]
    const rules: ChaosRules = Object.assign({}, ...scopes.map((scope) => scope.rules))
    const random = scopes.findLast((scope) => scope.rules.seed !== undefined)?.random ?? Math.random
    let refusal: Refusal | null = null
    for (const scope of scopes.toReversed()) refusal ??= scope.refuse(random)
    return { rules, random, refusal }
  }
}

/** The active faults of one call. */
export interface CallChaos {
  rules: ChaosRules
  /** Random choices, repeatable with the rule `seed`. */
  random: () => number
  /** Set if the call is to be refused; it is already counted. */
  refusal: Refusal | null
}

/** Active rules of one scope, and how many calls are still to be refused. */
class Scope {
  #rules: ChaosRules = {}
  random: () => number = Math.random

  constructor(rules: ChaosRules) {
    this.set(rules)
  }

  get rules(): ChaosRules {
    return this.#rules
  }

  set(rules: ChaosRules): void {
    this.#rules = { ...rules }
    if (rules.seed !== undefined) this.random = createRandom(rules.seed)
  }

  refuse(random: () => number): Refusal | null {
    for (const name of refusals) {
      const value = this.#rules[name] ?? 0
      if (value >= 1) {
        // Counted down to 0; a remainder below 1 would be read as a probability.
        this.#rules = { ...this.#rules, [name]: Math.floor(value) - 1 }
        return name
      }
      if (random() < value) return name
    }
    return null
  }
}
