/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// The level of a line, where the service sends none, from what programs write at its beginning.
import { plainText } from '../../text/plain-text.ts'
import type { LogLevel } from './log-rows.ts'

/** Characters that are read: a level stands near the beginning. */
const read = 300
const hint =
  /err|warn|fatal|crit|panic|exception|traceback|debug|trace|severe|info|notice|level|lvl|fault|killed|failed|fata\[|debu\[|\*\*\* |: [IWEF] \S+:\d+\]|^\[[IWEF] |^[DIWEF]\/|^\s*E\s{3}|^\s*(?:\x1b\[[\d;]*m)?[WEFID]\d{4} /i

const names: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  dbg: 'debug',
  verbose: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  severe: 'error',
  emerg: 'error',
  alert: 'error',
  panic: 'error',
  debu: 'debug',
  erro: 'error',
  fata: 'error',
  pani: 'error',
}
const glog: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'error', D: 'debug' }

const word = 'trace|debug|dbg|verbose|info|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|severe|emerg|alert|panic'
/** `"level":"error"`, `level=warn`, `lvl: debug` */
const field = new RegExp(
  String.raw`(?:^|[\s{,])"?(?:level|lvl|severity|levelname|log\.level)"?\s*[=:]\s*"?(${word})(?![\w-])`,
  'i',
)
/** In capitals, after nothing but times, numbers, names in brackets and punctuation. */
const capitals = new RegExp(
  String.raw`^(?:[\s\d\-:.,/TZ+|()<>#*]|\[[^\]]{0,60}\]|\w{3} +(?=\d)|[\w.-]{1,60} (?=[\w.-]{1,40}(?:\[\d+\])?:)|[\w.-]{1,40}(?=\[\d+\]:)|(?:[\w.]+\s?[|-]\s))*[\[(<]?(${word.toUpperCase()})[\])>]?(?=[\s:|\-,!\[]|$)`,
)
/** `error: x`, `a.c:12:5: warning: x`, `error[E0412]: x`, `fatal: x` */
const label = new RegExp(
  String.raw`^\s*(?:(?:[A-Za-z]:)?[\w./\\@-]{1,120}(?:[:(,]\d+)*\)?:\s*)?(?:fatal |internal |syntax |compile |runtime )?(${word})(?:\[[A-Z]*\d+\]|\s[A-Z]{1,4}\d{3,5})?\s?:(?!\/\/)`,
  'i',
)
/** `[error] x`, `<warn> x` */
const bracket = new RegExp(String.raw`^[\s\d\-:.,/TZ]*[\[(<](${word})[\])>]`, 'i')
const exception =
  /^\s*(?:\[\w+\]:\s*)?(?:Uncaught |Unhandled (?:\w+ ){0,3}|Caused by: |Exception in thread "[^"]*" )?(?:[a-z][\w$]*\.)*(?:[A-Z][\w$]*)?(?:Error|Exception)(?::\s|\s*$)|^\s*Traceback \(most recent call last\)|^panic: |^thread '[^']*' (?:\(\d+\) )?panicked at|^npm (?:ERR!|error)\s|^Segmentation fault|^Killed\s*$|^\s*E\s{3}|^FAILED\s+\S+[./:]|^\s*ERR_[A-Z]+_|^make(?:\[\d+\])?: \*\*\* |Out of memory: Killed process|^(?:[\w.-]+: )?Error (?:response|while|when|loading|opening|reading|writing|parsing|creating|running|executing|in|at) /
/** `npm warn x`, `DeprecationWarning: x` of Python and Node, with what stands before it. */
const warning = /^npm (?:WARN|warn)\s|^\s*(?:\S+:\d+: |\(node:\d+\) (?:\[\w+\] )?)?(?:[\w.]+\.)?(?:[A-Z]\w*)?Warning: /
/** `::error file=a::x` and `##[warning]x` of GitHub Actions and Azure Pipelines. */
const command = /^\s*(?:::(error|warning|notice|debug)(?:\s[^:]*)?::|##\[(error|warning|debug)\])/
/** `ERRO[0012] x` of logrus. */
const four = /^\s*(DEBU|INFO|WARN|ERRO|FATA|PANI)\[\d+\]/
/** `W0715 12:00:01`, `2026-01-05 12:00:01.123456: W a/b.cc:12]` and `[W a.cpp:64]` of glog and those after it, `E/tag(12): x`. */
const letters =
  /^\s*(?:([IWEFD])\d{4} \d\d:\d\d|[\d\-: .]+: ([IWEF]) \S+:\d+\]|\[([IWEF])\d* [^\]]*\.\w+:\d+\]|([DIWEF])\/[\w.-]+\s*\(\s*\d+\): )/
/** `{"level":50}` of pino and bunyan: in tens, from 10 for trace. */
const number = /^\s*\{.{0,200}?"level"\s*:\s*([1-6])0\s*[,}]/
const numbered: readonly LogLevel[] = ['debug', 'debug', 'debug', 'info', 'warn', 'error', 'error']

export function inferLevel(line: string): LogLevel | undefined {
  if (!hint.test(line.length > read ? line.slice(0, read) : line)) return undefined
  const text = plainText(line.length > read * 4 && !line.includes('\r') ? line.slice(0, read * 4) : line).slice(0, read)
  const said = command.exec(text) ?? four.exec(text)
  if (said) return names[(said[1] ?? said[2]!).toLowerCase()]
  const named = field.exec(text) ?? capitals.exec(text) ?? label.exec(text) ?? bracket.exec(text)
  if (named) return names[named[1]!.toLowerCase()]
  const letter = letters.exec(text)
  if (letter) return glog[letter[1] ?? letter[2] ?? letter[3] ?? letter[4]!]
  const tens = number.exec(text)
  if (tens) return numbered[Number(tens[1])]
  if (warning.test(text)) return 'warn'
  return exception.test(text) ? 'error' : undefined
}

/** A traceback that goes on over several lines. */
export interface Trace {
  /** Whether a line belongs to it, and is the one that says what was wrong. */
  readonly next: (text: string) => 'part' | 'title' | 'none'
  readonly endsWithTitle: boolean
}

const python: Trace = {
  next: (text) => (/^\s|^$/.test(text) ? 'part' : /^[A-Za-z_][\w.]*(?::\s|$)/.test(text) ? 'title' : 'none'),
  endsWithTitle: true,
}
const frames: Trace = {
  next: (text) => (/^\s+(?:at\s|\.\.\. \d+ more)|^Caused by: /.test(text) ? 'part' : 'none'),
  endsWithTitle: false,
}

/** The traceback that begins with this line; null for a line that stands alone. */
export const traceOf = (text: string): Trace | null =>
  /^\s*Traceback \(most recent call last\)/.test(text) ? python : exception.test(text) ? frames : null
