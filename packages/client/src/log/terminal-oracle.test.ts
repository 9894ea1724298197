/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// Random output of programs, drawn by ours and by the terminal of VS Code (@xterm/headless).
import xterm from '@xterm/headless'
import { describe, expect, it } from 'vitest'
import { rowRuns, Screen } from './screen.ts'

/** Of each kind. */
const count = process.env['FULL'] === '1' ? 10_000 : 125

/** A small generator with a seed (mulberry32): the same inputs in every run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const esc = '\u001B'
const csi = `${esc}[`

type Pick = <Item>(items: readonly Item[]) => Item

const words = [
  'a',
  'step',
  '12/50',
  ' 45%|████▌     |',
  'Loading',
  '漢字',
  'ｆｕｌｌ',
  'é',
  'e\u0301',
  ' ',
  '   ',
  '…',
  '日',
  'x'.repeat(30),
  'lqqk',
  '100%',
  '[',
  ';',
  'm',
  '0',
]
const moves = [
  '\r',
  '\r',
  '\b',
  '\t',
  `${csi}C`,
  `${csi}3C`,
  `${csi}1000D`,
  `${csi}D`,
  `${csi}2D`,
  `${csi}G`,
  `${csi}5G`,
  `${csi}1\``,
  `${csi}2a`,
  `${csi}I`,
  `${csi}Z`,
  `${csi}2I`,
  `${esc}7`,
  `${esc}8`,
  `${csi}s`,
  `${csi}u`,
]
const erases = [
  `${csi}K`,
  `${csi}0K`,
  `${csi}1K`,
  `${csi}2K`,
  `${csi}2K${csi}1G`,
  `\r${csi}K`,
  `${csi}P`,
  `${csi}2P`,
  `${csi}3X`,
  `${csi}X`,
  `${csi}2@`,
  `${csi}@`,
  `${csi}3b`,
  `${csi}?K`,
  `${csi}4h`,
  `${csi}4l`,
]
const styles = [
  `${csi}m`,
  `${csi}0m`,
  `${csi}31m`,
  `${csi}1;32m`,
  `${csi}38;5;208m`,
  `${csi}38:5:34m`,
  `${csi}38:2::1:2:3m`,
  `${csi}48;2;9;8;7m`,
  `${csi}4:3m`,
  `${csi}7m`,
  `${csi}39;49m`,
]
const others = [
  `${esc}(B`,
  `${esc}(0`,
  `${esc})0`,
  '\u000E',
  '\u000F',
  `${esc}=`,
  `${esc}>`,
  `${csi}?25l`,
  `${csi}?25h`,
  `${csi}?2004h`,
  `${csi}>c`,
  `${csi}6n`,
  `${csi}!p`,
  '\u0007',
  '\0',
  '\u007F',
  `${esc}H`,
  `${csi}g`,
  `${csi}3g`,
  '\u0088',
  `${csi}1 q`,
  `${esc}%G`,
  `${csi}3\b2C`,
  `${csi}12\rm`,
  `${csi}1;2;3;4;5;6;7m`,
  `${csi}<5u`,
  `${csi}1$}`,
  '\u0080',
  '\u0099',
  `${esc}#3`,
]
const strings = [
  `${esc}]0;title\u0007`,
  `${esc}]8;;https://a.example/\u0007`,
  `${esc}]8;;${esc}\\`,
  `${esc}Pq#0;1${esc}\\`,
  `${esc}_payload${esc}\\`,
  `${esc}^pm${esc}\\`,
  `${esc}Xsos${esc}\\`,
  `\u009D2;t\u009C`,
  `\u0090q\u009C`,
  `\u009B3C`,
  `\u009B1K`,
  `${esc}]unfinished${esc}[C`,
  `${esc}Pabc\u0018`,
  `${csi}12\u001A`,
]
const rows = [
  '\n',
  '\n',
  '\r\n',
  `${csi}A`,
  `${csi}A`,
  `${csi}2A`,
  `${csi}B`,
  `${csi}F`,
  `${csi}E`,
  `${csi}H`,
  `${csi}2;3H`,
  `${csi}3d`,
  `${csi}J`,
  `${csi}1J`,
  `${csi}2J`,
  `${csi}L`,
  `${csi}M`,
  `${esc}M`,
  `${esc}D`,
  `${esc}E`,
  '\v',
  '\f',
  '\u0084',
  '\u0085',
  `${csi}S`,
  `${csi}T`,
  `${csi}?1049h`,
  `${csi}?1049l`,
  `${csi}2e`,
]

function compose(random: () => number, kinds: readonly (readonly string[])[]): string {
  const pick: Pick = (items) => items[Math.floor(random() * items.length)]!
  let text = ''
  for (let left = 3 + Math.floor(random() * 22); left > 0; left--)
    text += random() < 0.5 ? pick(words) : pick(pick(kinds))
  return text
}

/** Rows as xterm draws them: each text on a screen of its own. */
async function expected(texts: readonly string[]): Promise<string[][]> {
  const terminal = new xterm.Terminal({
    cols: 500,
    rows: 200,
    scrollback: 0,
    convertEol: true,
    allowProposedApi: true,
    logLevel: 'off',
  })
  const drawn: string[][] = []
  for (const text of texts) {
    // oxlint-disable-next-line no-await-in-loop -- one screen
    await new Promise<void>((resolve) => terminal.write(text, resolve))
    const { active } = terminal.buffer
    drawn.push(
      withoutBlankEnd(Array.from({ length: 200 }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')),
    )
    terminal.reset()
  }
  terminal.dispose()
  return drawn
}

function drawnBy(screen: Screen): string[] {
  return withoutBlankEnd(
    screen.rows.map((row) =>
      rowRuns(row)
        .map((run) => run.text)
        .join(''),
    ),
  )
}

function withoutBlankEnd(lines: readonly string[]): string[] {
  const all = lines.map((line) => line)
  while (all.at(-1) === '') all.pop()
  return all
}

/** Where a log has to differ from a terminal's window. */
const explained: readonly { why: string; is: (text: string, wanted: readonly string[]) => boolean }[] = [
  {
    why: 'a tab without a stop goes to the right edge, and the text wraps there; a log has no right edge',
    is: (text, wanted) => text.includes(`${csi}3g`) || wanted.some((row) => row.length > 450),
  },
  {
    why: 'xterm.js restores the active character set of a cursor that was never saved, not the four sets',
    is: (text) => /\u001B(?:8|\[u)/.test(text) && /\u001B[()]0/.test(text),
  },
]

function differencesOf(texts: readonly string[], wanted: readonly (readonly string[])[], isLine: boolean) {
  return texts.flatMap((text, at) => {
    const screen = new Screen(isLine)
    screen.write(text)
    const drawn = drawnBy(screen)
    if (JSON.stringify(drawn) === JSON.stringify(wanted[at])) return []
    const reason = explained.find(({ is }) => is(text, wanted[at]!))
    return [{ text, drawn, wanted: wanted[at], why: reason?.why }]
  })
}

const line = [moves, erases, styles]
const everything = [...line, others, strings]

describe('the rows that a terminal draws', () => {
  it.each([
    { name: 'of a line that is redrawn', kinds: line, isLine: true, seed: 1 },
    { name: 'of a line with every sequence', kinds: everything, isLine: true, seed: 2 },
    { name: 'of rows that are redrawn', kinds: [...line, rows, rows], isLine: false, seed: 3 },
    { name: 'of rows with every sequence', kinds: [...everything, rows, rows], isLine: false, seed: 4 },
  ])('$name', async ({ kinds, isLine, seed }) => {
    const random = randomFrom(seed)
    const texts = Array.from({ length: count }, () => compose(random, kinds))
    const differences = differencesOf(texts, await expected(texts), isLine)
    expect(differences.filter(({ why }) => why === undefined)).toEqual([])
    expect(differences.length).toBeLessThanOrEqual(Math.max(2, count * 0.005))
  })

  it('are the same however the text is cut', () => {
    const random = randomFrom(5)
    for (let index = 0; index < count; index++) {
      const text = compose(random, [...everything, rows, rows])
      const whole = new Screen()
      whole.write(text)
      let cut = new Screen()
      for (let at = 0; at < text.length;) {
        let end = at + 1 + Math.floor(random() * 7)
        // A character of two units arrives whole: bytes are decoded before.
        if (/[\uDC00-\uDFFF]|\u0301/.test(text[end] ?? '')) end++
        const before = drawnBy(cut)
        const next = cut.clone()
        next.write(text.slice(at, end))
        expect(drawnBy(cut)).toEqual(before)
        cut = next
        at = end
      }
      expect(drawnBy(cut)).toEqual(drawnBy(whole))
    }
  })
})
