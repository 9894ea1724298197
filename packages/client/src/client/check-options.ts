import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'

type Rule = (value: unknown) => boolean
type Rules = Readonly<Record<string, Rule>>

const oneOf =
  (...names: unknown[]): Rule =>
  (value) =>
    names.includes(value)
/** Infinity counts as a whole number. */
const wholeFrom =
  (least: number): Rule =>
  (value) =>
    (Number.isInteger(value) || value === Infinity) && Number(value) >= least
const isText: Rule = (value) => typeof value === 'string'
const isFunction: Rule = (value) => typeof value === 'function'
const isPositive: Rule = (value) => typeof value === 'number' && value > 0
const isDelay: Rule = (value) => value === 0 || isPositive(value)

const isAbsolute = (value: string) => /^https?:\/\/[^/@\s]+(\/|$)/i.test(value) && URL.canParse(value)

const retryRules: Rules = { maxAttempts: wholeFrom(0), baseDelay: isDelay, maxDelay: isDelay }

/** What `inference()` takes. */
export const clientRules: Rules = {
  apiKey: isText,
  getToken: isFunction,
  // Whether a path leads anywhere is known with the first request: only a page has an address of its own.
  proxyUrl: (value) => typeof value === 'string' && value.trim() !== '' && (isAbsolute(value) || !URL.canParse(value)),
  baseUrl: (value) =>
    typeof value === 'string' && !/[?#]/.test(value) && (/^\.{0,2}(\/|$)/.test(value) || isAbsolute(value)),
  headers: (value) =>
    isObject(value) &&
    !(Symbol.toStringTag in value) &&
    Object.values(value).every((one) => one === undefined || isText(one) || isFunction(one)),
  fetch: isFunction,
  credentials: oneOf('omit', 'same-origin', 'include'),
  format: oneOf('sse', 'ndjson'),
  statusTable: oneOf('current', 'legacy'),
  retry: (value) => value === false || (isObject(value) && !wrongIn(value, retryRules)),
  idleTimeoutMs: isPositive,
  maxStreams: wholeFrom(0),
  maxEventBytes: wholeFrom(1),
  dangerouslyAllowBrowser: oneOf(true, false),
  onEvent: isFunction,
  onWarning: isFunction,
  onSettled: isFunction,
}

/** What following a run takes. */
export const followRules: Rules = {
  signal: (value) => isObject(value) && 'aborted' in value,
  timeoutMs: isPositive,
  onTimeout: oneOf('cancel', 'detach'),
  maxLogLines: wholeFrom(0),
  concurrency: wholeFrom(1),
  onUpdate: isFunction,
  onEvent: isFunction,
  onWarning: isFunction,
}

/** @throws `config` for the first option that makes no sense; undefined is as if it were not there */
export function checkOptions(options: unknown, rules: Rules): void {
  const given: Readonly<Record<string, unknown>> | null = isObject(options) ? options : null
  const wrong = given ? wrongIn(given, rules) : 's'
  if (!wrong) return
  const value = given?.[wrong]
  // Text may be a secret, and is not quoted.
  const shown = typeof value === 'number' ? ` ${value}` : ''
  const hint = wrong === 'baseUrl' ? ': it must begin with http:// or https://' : ''
  throw new InferstreamError('config', `Invalid option${given ? ' ' : ''}${wrong}${shown}${hint}.`)
}

function wrongIn(options: Readonly<Record<string, unknown>>, rules: Rules): string | undefined {
  return Object.keys(rules).find((name) => options[name] !== undefined && !rules[name]?.(options[name]))
}
