// The progress that one piece of a log line shows to a person (design §2 "Progress").

/** A progress bar, or a counter in words. */
export interface ReadBar {
  readonly current: number
  /** Above 0, and not below `current`. */
  readonly total: number
  /** Of a size, such as `MB`. */
  readonly unit?: string
  /** What is counted, such as `steps`. */
  readonly kind?: string
  /** What stands before the bar or counter. */
  readonly label?: string
  /** A counter of rounds, such as `Epoch 3/10`: bars after it belong to one round. */
  readonly isRound?: boolean
}

/** Characters of a piece that are read: a bar stands near the beginning. */
const longest = 400

const number = String.raw`\d{1,15}(?:[.,]\d{1,15}){0,5}`
const size = String.raw`(?:[kKMGTP]i?(?:[Bb](?:ytes|it)?)?|[Bb](?:ytes)?)`
/** `12/50`, `12 of 50`, `1.2G/2.7G`, `12.3/45.6 MB`; not a part of a path, a date, a URL or a longer number. */
const pairs = new RegExp(
  String.raw`(?<![\w.,/%:+-])(${number})\s?(${size})?\s?(?:\/|of (?:about |~)?)\s?(${number})(?:\s?(${size})(?![\w/]))?(?![\w/%])(?![.,]\d)`,
  'g',
)
/** `45%`, `45.7 %`, `45,7%`; not `%2F12%2F`, `-5%`, `=45%`. */
const percents = new RegExp(String.raw`(?<![\w.,%/+<>~±-])(\d{1,3}(?:[.,]\d{1,20})?)\s?%(?![\w%])`, 'g')
/** A drawn bar: cells between its ends, or a run of bar characters. */
const drawnBar =
  /[[|(▕<][ ]?[=#█▉▊▋▌▍▎▏▓▒░■□━╸╺─●○*.>o-]{2,}[^\]|)▏>\n]{0,200}[\]|)▏>]|[[|▕] {3,200}[\]|▏]|[━╸╺█▓░▒■▰▱─]{4,}|\[[=#*.> -]{5,}\]|(?:\.{8,} ?)+(?= *\d)|^#{1,300}(?= *\d)/u

/** Words that end as those for work do, and mean none. */
const noActivity =
  'using|remaining|during|rating|including|missing|charging|discharging|pending|warning|string|spring|thing|nothing|something|anything|everything|king|ring|bring|sing|wing|padding|spacing|existing|according|following|waiting|running|failing|passing|sharing|having|being|pricing|ending|retrying|expecting|exceeding|containing|showing|saying|matching|ping'
/** A word that means work going on, directly before a counter, with the name of what is worked on in between. */
const activity = new RegExp(
  String.raw`(?:^|[^\w-])(?:progress|percent(?:age)?|complet(?:e|ed|ion)|done|finished|processed|downloaded|uploaded|transferred|rendered|loaded|received|copied|converted|extracted|installed|compiled|built|encoded|decoded|indexed|scanned|written|read|(?!(?:${noActivity})(?![\w-]))[a-z]{2,20}ing(?:\s[\w.'"/\\-]{1,60}){0,3})[\s:=#([|>.…-]{0,6}$`,
  'i',
)
/** A thing that is worked through one after the other, directly before or after a counter. */
const thing =
  'steps?|epochs?|iterations?|iters?|its?|frames?|tiles?|pass(?:es)?|samples?|batch(?:es)?|chunks?|images?|pages?|files?|items?|stages?|phases?|parts?|shards?|segments?|blocks?|rows?|records?|rounds?|generations?|tokens?|objects?|modules?|prompts?|videos?|clips?|tracks?|scenes?|documents?|docs?|examples?|sentences?|articles?|urls?|packages?|crates?|targets?|deltas?|patches|views?|slices?|strips?|buckets?|sweeps?|trials?|folds?|episodes?|timesteps?|tasks?|entries|lines?|spp|mb|gb|kb|mib|gib|kib|bytes'
const thingBefore = new RegExp(String.raw`(?:^|[^\w-])(${thing})[\s:=#(\[|]{0,3}$`, 'i')
const thingAfter = new RegExp(String.raw`^[\])]?\s?(${thing})(?![\w-])`, 'i')
const roundBefore =
  /(?:^|[^\w-])(epochs?|rounds?|generations?|stages?|phases?|folds?|episodes?|trials?)[\s:=#([|]{0,3}$/i
const doneAfter =
  /^[\])]?[\s:,-]{0,3}(?:done|complete[d]?|finished|processed|rendered|downloaded|uploaded|transferred|loaded|of ~?\s?\d)/i
/** Time left, or a rate: only work in progress has them. */
const timeLeft =
  /(?:^|[^\w])(?:eta|remaining|time left|left)(?![\w-])|[\d.]\s?(?:[kKMGTP]?i?[Bb]|it|fps|steps?|frames?|tok(?:ens)?)\/s(?![\w])|\bs\/it\b|\d+:\d\d<[\d?:]+/i
/** A bar of these shows how much is used. */
const hardware =
  /(?:^|[^a-z])(?:cpu|gpu|v?ram|mem(?:ory)?|swap|disk|heap|battery|temp(?:erature)?|fan|power|util(?:i[sz]ation)?|usage|used|free|volume|signal|level|capacity)(?![a-z])[\s\d:=~|([]{0,8}$/i
/** A count of results. */
const outcome =
  /^\s?(?:failed|failures?|errors?|rejected|dropped|skipped|passed|available|healthy|ready|online|offline)(?![\w-])/i
/** What is not progress although it has a percentage or a bar: resources, metrics, shares. */
const notProgress =
  /(?:^|[^a-z])(?:cpu|gpu|ram|vram|mem(?:ory)?|swap|disk|heap|cache|battery|temp(?:erature)?|fan|power|util(?:i[sz]ation)?|usage|used|free|idle|load(?: average)?|humidity|acc(?:uracy)?|loss|precision|recall|f1|auc|map|iou|error(?: rate)?|errors|rate|ratio|coverage|covered|confidence|prob(?:ability)?|similarity|score|threshold|dropout|sparsity|discount|zoom|opacity|volume|quality|compression|compressed|saved|smaller|larger|reduced|faster|slower|increase[d]?|decrease[d]?|improve(?:d|ment)|packet loss|available|full|quota|limit|margin|percentile|top-?\d|val|mean|avg|median|max(?:imum)?|min(?:imum)?|uptime|match(?:es|ed)?|hits?|miss(?:es)?|sold|growth|overhead|weight|share|lr|size|version|score|level|chance|vote[s]?|stake|bandwidth|signal|capacity|occupancy|fill|allocated|reserved|committed|statements|branches|functions|stmts|lines covered)(?![a-z])[\s:=~<>≈([|]{0,6}$/i
const notProgressAfter =
  /^\s?(?:of (?:the )?(?:cpu|gpu|ram|memory|disk|total|all|time|users?|capacity|budget|vram)|cpu|gpu|ram|mem(?:ory)?|vram|swap|util(?:i[sz]ation)?|usage|used|free|idle|acc(?:uracy)?|loss|confidence|coverage|covered|faster|slower|smaller|larger|off|chance|packet|hit|savings?|saved|battery|charged|humidity|increase|decrease|improvement|more|less|higher|lower|compression|sparse|quality|similar|match|probability|overlap|full|available|utili[sz]ed|reduction)(?![\w-])/i

/** @param text One redraw, without escapes. */
export function readBar(text: string): ReadBar | null {
  const line = text.length > longest ? text.slice(0, longest) : text
  if (!line.includes('%') && !line.includes('/') && !line.includes(' of ')) return null
  return readDrawnBar(line) ?? readCounter(line)
}

interface Found {
  readonly at: number
  readonly end: number
  readonly current: number
  readonly total: number
  readonly unit?: string | undefined
}

/** A bar with its percentage or counter beside it. */
function readDrawnBar(line: string): ReadBar | null {
  const bar = drawnBar.exec(line)
  if (!bar) return null
  const found = pairsIn(line)
  const shares = percentsIn(line, true)
  const end = bar.index + bar[0].length
  const own = shares.find((share) => isBeside(line, share, bar.index, end))
  const start = Math.min(bar.index, own?.at ?? bar.index)
  if (hardware.test(line.slice(0, start))) return null
  // The bar's own counter is the first one after it, else the one directly before it.
  const after = found.find(({ at }) => at >= end - 1 && at - end < 40)
  const before = found.findLast((pair) => pair.end <= bar.index + 1 && bar.index - pair.end <= 3)
  const pair = [after, before].find((one) => one && (!own || agrees(one, own)))
  const chosen = pair ?? own ?? after ?? before
  if (!chosen) return null
  const from = Math.min(chosen.at, start)
  return barOf(chosen, line.slice(0, from), line.slice(chosen.end))
}

/** Whether only spaces, sizes and times stand between a percentage and the bar. */
function isBeside(line: string, { at, end }: Found, from: number, to: number): boolean {
  if (end <= from + 2) return from - end <= 4 || /^[\s|]*[\d.,:\s\w/|]*$/.test(line.slice(end, from))
  return at >= from && at - to < 60 && !/[a-z]{3,}\s*[:=]/i.test(line.slice(to, at))
}

/** A percentage or counter in the words of a known program, or beside a word that means progress. */
function readCounter(line: string): ReadBar | null {
  const found = pairsIn(line)
  const shares = percentsIn(line, false)
  for (const share of shares) {
    const pair = found.find((one) => agrees(one, share) && Math.abs(one.at - share.at) < 36)
    const before = line.slice(0, share.at)
    const after = line.slice(share.end)
    if (isResource(before) || notProgressAfter.test(after) || /^\s?[/)]\s?[\d(]/.test(after)) continue
    const isAnchored =
      isPercentPlace(before, after) ||
      activity.test(before) ||
      doneAfter.test(after) ||
      (timeLeft.test(after) && !/=\s?$/.test(before)) ||
      (pair !== undefined && !isResource(line.slice(0, pair.at)))
    if (!isAnchored) continue
    const chosen = pair ?? share
    return barOf(chosen, line.slice(0, Math.min(chosen.at, share.at)), line.slice(chosen.end))
  }
  for (const pair of found) {
    const before = line.slice(0, pair.at)
    const after = line.slice(pair.end)
    if (isResource(before) || outcome.test(after)) continue
    const isAnchored =
      /^\s*(?:#\d+ )?[[(](?:[\w.-]{1,30} )?\s{0,4}$/.test(before) && /^\s?[\])]/.test(after)
        ? !/^\s?[\])]\s*$/.test(after) || before.trim() === '['
        : thingBefore.test(before) ||
          /^\s?(?:done|completed?|finished)(?![\w-])/i.test(after) ||
          isActivity(before) ||
          isThing(after, before) ||
          isTransfer(pair, line)
    if (isAnchored) return barOf(pair, before, after)
  }
  return null
}

const isActivity = (before: string) =>
  activity.test(before) && !/(?:^|\s)(?:from|by|on|at|since|until|using)\s*$/i.test(before)

/** `12/48 frames`; not `Using 12/48 tokens`, where something is used, not worked through. */
function isThing(after: string, before: string): boolean {
  return (
    thingAfter.test(after) &&
    !/(?:using|use|with|at|per|max(?:imum)?|limit|up to|has|have|had|only)\s*[\s:=]*$/i.test(before)
  )
}

/** Sizes with a rate or the time left. */
const isTransfer = ({ unit, at }: Found, line: string) =>
  unit !== undefined && (timeLeft.test(line) || /^#\d+ \S+ $/.test(line.slice(0, at)))

const isResource = (before: string) => notProgress.test(before)

/** A percentage alone, at the start (`[ 45%] Building`, `45% building`), or at the end in brackets (`test_a.py ... [ 45%]`). */
function isPercentPlace(before: string, after: string): boolean {
  if (/^\s*$/.test(before)) return /^\s*$|^\s*[|:-]|^\s+[a-z]\w*ing(?![\w-])|^\s+\d+ [+-]|^\s+\[|^\s{2,}/i.test(after)
  if (/^\s*(?:<s> )?\[\s*(?:[\w.]+\]\s*)?$/.test(before)) return /^\s?\]|^\s/.test(after)
  if (/^\s*\[\w+\]\s+$/.test(before)) return true
  if (/^\s*[(]\s{0,3}$/.test(before)) return /^\s?\)/.test(after)
  return /\[\s{0,3}$/.test(before) && /^\s?\]\s*$/.test(after)
}

function pairsIn(line: string): Found[] {
  const found: Found[] = []
  for (const match of line.matchAll(pairs)) {
    const [text, first = '', firstSize, second = '', secondSize] = match
    const unit = secondSize ?? firstSize
    const total = valueOf(second)
    const current = valueOf(first) * scaleOf(firstSize ?? unit, unit)
    if (!(total > 0) || current > total) continue
    found.push({ at: match.index, end: match.index + text.length, current, total, unit })
  }
  return found
}

function percentsIn(line: string, isBar: boolean): Found[] {
  const found: Found[] = []
  for (const match of line.matchAll(percents)) {
    const [text, digits = ''] = match
    const current = Number(digits.replace(',', '.'))
    if (current > 100) continue
    // `loss=45%` is a value; `progress=45%` is progress.
    if (!isBar && /=\s?$/.test(line.slice(0, match.index)) && !/progress\s?=\s?$/i.test(line.slice(0, match.index)))
      continue
    found.push({ at: match.index, end: match.index + text.length, current, total: 100 })
  }
  return found
}

/** `1,234` and `1.234.567` have thousands, `12,3` and `12.3` decimals. */
function valueOf(digits: string): number {
  const groups = digits.split(/[.,]/)
  if (groups.length === 1) return Number(digits)
  const isGrouped = groups.slice(1).every((group) => group.length === 3) && groups[0]!.length <= 3
  if (isGrouped && (groups.length > 2 || digits.includes(','))) return Number(groups.join(''))
  return Number(`${groups.slice(0, -1).join('')}.${groups.at(-1)!}`)
}

/** What a size is worth in the unit of another one. */
function scaleOf(from: string | undefined, to: string | undefined): number {
  return factorOf(from) / factorOf(to)
}

function factorOf(unit: string | undefined): number {
  const power = unit ? 'kmgtp'.indexOf(unit[0]!.toLowerCase()) + 1 : 0
  return (unit?.includes('i') ? 1024 : 1000) ** power
}

/** Whether a counter and a percentage say the same, as far as they are rounded. */
function agrees({ current, total }: Found, share: Found): boolean {
  return Math.abs((100 * current) / total - share.current) <= 1
}

function barOf({ current, total, unit }: Found, before: string, after: string): ReadBar {
  const kind = (thingAfter.exec(after) ?? thingBefore.exec(before))?.[1]?.toLowerCase()
  const label = labelOf(before)
  return {
    current,
    total,
    ...(unit !== undefined && { unit }),
    // `step 12/50` is not called "step".
    ...(label !== '' && label.toLowerCase() !== kind && { label }),
    ...(kind !== undefined && { kind }),
    ...(roundBefore.test(before) && { isRound: true }),
  }
}

/** What a person calls the bar: the words before it, without a time and punctuation. */
function labelOf(before: string): string {
  return before
    .replace(/^\s*\[?\d{1,4}[-:.\d]*[T ]?[\d:.,]*(?:Z|\s?s)?\]?\s+/, '')
    .replace(/[\s:=|[(<▕#.…-]+$/u, '')
    .replace(/^\s*[[(]?\s*/, '')
    .trim()
    .slice(0, 80)
}
