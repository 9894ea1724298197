import { createRandom } from './random.ts'

/** Faults that can be asked for; see the README for what each one does. */
export interface ChaosRules {
  /** Probability, for each frame of a stream, that its connection is reset instead. */
  drop?: number
  /** Bytes of a stream's body after which its connection is reset. */
  cut?: number
  /** Bytes of a stream's body after which it ends as if it were over. */
  end?: number
  /** Milliseconds of silence, heartbeats included, after a stream's first frame. */
  stall?: number
  /** Milliseconds that every answer waits. */
  delay?: number
  /** Probability, for each frame of a stream, that it is sent twice. */
  dup?: number
  /** Probability, for each frame of a stream, that a line which is no JSON goes before it. */
  malformed?: number
  /** 1: streams go out one byte at a time. */
  bytewise?: number
  /** Answers 429 with a page of HTML: a count of calls from 1 on, below 1 a probability. */
  html429?: number
  /** The same with problem+json and these statuses; the service answers approvals by an API key with 403. */
  http403?: number
  http500?: number
  http502?: number
  http503?: number
  /** Milliseconds for which the listener and every socket are gone; tasks and files stay. */
  restart?: number
  /** Makes the choices repeatable. */
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

/** Value of a rule that stands alone. */
const bareValues: Partial<Record<RuleName, number>> = { restart: 3_000, stall: 5_000, delay: 200 }

/** Reads `drop=0.1 bytewise html429=1`, or the same as an object. Throws a RangeError that says what is wrong. */
export function parseChaos(rules: unknown): ChaosRules {
  if (typeof rules === 'string') {
    const words = rules.split(/[\s,]+/).filter((word) => word !== '')
    return Object.assign({}, ...words.map(parseWord))
  }
  if (typeof rules === 'object' && rules !== null && !Array.isArray(rules)) {
    return Object.assign({}, ...Object.entries(rules).map(([name, value]) => rule(name, value === true ? null : value)))
  }
  throw new RangeError('Chaos rules are text such as "drop=0.1 delay=200", or an object of the same names.')
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

/** The refusals that a call may meet instead of an answer. */
const refusals = ['html429', 'http403', 'http500', 'http502', 'http503'] as const
export type Refusal = (typeof refusals)[number]

/** The faults in force: for the whole engine, for single tasks, and what one call brings along. */
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

  /** What happens to a call: what it brings along itself goes first, then the task's rules, then the engine's. */
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

/** The faults in force for one call. */
export interface CallChaos {
  rules: ChaosRules
  /** Random choices, repeatable with the rule `seed`. */
  random: () => number
  /** Set when the call is to be refused; it has been counted then. */
  refusal: Refusal | null
}

/** Rules in force somewhere, and how many calls are still to be refused there. */
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
        // Counted down to 0; a rest below 1 would turn into a probability.
        this.#rules = { ...this.#rules, [name]: Math.floor(value) - 1 }
        return name
      }
      if (random() < value) return name
    }
    return null
  }
}
