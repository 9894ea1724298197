// Drawing log lines: MB of text a second, beside a terminal that draws the same text (@xterm/headless). In one thread, in
// slices of the same size, with lines of about 150 characters.
import { drawLine, lineText } from '@inferstream/client/terminal'
import xterm from '@xterm/headless'

const count = 20_000
const esc = '\u001B['
const styles = ['31', '1;32', '38;5;208', '0', '90', '38;2;10;20;30', '4', '39']

/** Lines with so many escapes each, spread over the text. */
function linesWith(escapes) {
  return Array.from({ length: count }, (_, index) => {
    const text = `[${String(index).padStart(8)}] epoch ${index % 100} loss ${(1 / (index + 1)).toFixed(8)} ${'lorem ipsum '.repeat(8)}`
    if (escapes === 0) return text
    const step = Math.floor(text.length / escapes)
    let line = ''
    for (let at = 0; at < escapes; at++) {
      line += `${esc}${styles[(index + at) % styles.length]}m${text.slice(at * step, at === escapes - 1 ? text.length : (at + 1) * step)}`
    }
    return line
  })
}

const redraws = Array.from({ length: count / 10 }, (_, index) =>
  Array.from(
    { length: 10 },
    (__, at) => `\r ${at}0%|${'█'.repeat(at)}${' '.repeat(10 - at)}| ${at}/10 [00:0${at}<00:1${index % 10}, 4.5it/s]`,
  ).join(''),
)

function ours(lines) {
  let pen
  let runs = 0
  for (const line of lines) {
    const drawn = drawLine(line, pen)
    pen = drawn.pen
    runs += drawn.runs.length
  }
  return runs
}

function textOnly(lines) {
  let length = 0
  for (const line of lines) length += lineText(line).length
  return length
}

function theirs(lines) {
  const terminal = new xterm.Terminal({
    cols: 500,
    rows: 200,
    scrollback: 0,
    convertEol: true,
    allowProposedApi: true,
    logLevel: 'off',
  })
  return new Promise((resolve) => {
    terminal.write(lines.join('\n'), () => {
      terminal.dispose()
      resolve()
    })
  })
}

const cases = [
  { name: 'plain lines', lines: linesWith(0), min: 100 },
  { name: '2 escapes a line', lines: linesWith(2), min: 100 },
  { name: '16 escapes a line', lines: linesWith(16), min: 40 },
  { name: '10 redraws a line', lines: redraws },
]

export async function parsing(report, rounds) {
  for (const { name, lines, min } of cases) {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    const rates = { ours: [], text: [], xterm: [] }
    for (let round = 0; round <= rounds; round++) {
      const timed = async (draw) => {
        const start = performance.now()
        await draw(lines)
        return bytes / 1000 / (performance.now() - start)
      }
      const measured = { ours: await timed(ours), text: await timed(textOnly), xterm: await timed(theirs) }
      // The first round warms up.
      if (round > 0) for (const key of Object.keys(rates)) rates[key].push(measured[key])
    }
    const ratio = rates.ours.map((rate, at) => rate / rates.xterm[at])
    report(`drawn, ${name}`, median(rates.ours), 'MB/s', min && { min })
    report(`text only, ${name}`, median(rates.text), 'MB/s')
    report(`@xterm/headless, ${name}`, median(rates.xterm), 'MB/s')
    report(`drawn against @xterm/headless, ${name}`, median(ratio), '×', { min: 1.5 })
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
