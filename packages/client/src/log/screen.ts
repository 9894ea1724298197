// What a terminal shows of the output of a program: the grammar of ECMA-48 with the sequences that xterm knows, and rows of
// cells with a cursor. A log has no width: a row is as long as its text. Never throws; memory is bounded by the text.
import { clustersOf, columnsOf, endOfCluster, isSimple, widthFrom, widthOf } from './columns.ts'
import { changePen, defaultPen } from './pen.ts'
import type { Pen } from './pen.ts'

interface Run {
  text: string
  readonly pen: Pen
  readonly link: string | null
}

interface Cell {
  readonly text: string
  readonly pen: Pen
  readonly link: string | null
}

/** Of columns in `runs` that the cursor has skipped. */
const gap: Pen = { ...defaultPen }
/** Nothing was written here. */
const blank: Cell = { text: ' ', pen: defaultPen, link: null }
/** The second half of a wide character. */
const rest: Cell = { text: '', pen: defaultPen, link: null }

/** Text is appended to `runs` until something before its end is overwritten: from then on the row is `cells`. */
export interface Row {
  /** Rows of another screen are copied before they are changed. */
  readonly owner: Screen
  runs: Run[]
  /** Cells of `runs`, without those of `unmeasured`. */
  width: number
  unmeasured: string
  cells: Cell[] | null
  /** What follows the cells of a row that is too long: it cannot be overwritten. */
  readonly beyond: Run[]
}

/** Rows that the cursor can reach, at most. */
export const openRows = 64
/** Columns that the cursor can reach by a sequence; text may be longer. */
const columns = 500
/** Cells of a row that can be overwritten. */
const cellsKept = 8_192
/** Characters of a sequence's parameters, or of a link, that are kept. */
const parametersKept = 256
const payloadKept = 4_096

/** Where in a sequence the text is. */
const State = {
  Ground: 0,
  Escape: 1,
  EscapeIntermediate: 2,
  Csi: 3,
  CsiIgnore: 4,
  Osc: 5,
  /** DCS, SOS, PM, APC: the payload is dropped. */
  Text: 6,
} as const
type State = (typeof State)[keyof typeof State]

interface SavedCursor {
  x: number
  y: number
  pen: Pen
  charsets: readonly boolean[]
  charset: number
}

/** DEC special graphics, from U+0060 on. */
const graphics = '◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·'
const plainCharsets: readonly boolean[] = [false, false, false, false]
/** Where a cursor that was not saved is restored to. */
const origin: SavedCursor = { x: 0, y: 0, pen: defaultPen, charsets: plainCharsets, charset: 0 }

/** The last rows that a program has written, and what the next text does to them. */
export class Screen {
  readonly #isLine: boolean
  #rows: Row[] = []
  /** Rows that have left the screen at the top since it was made or copied. */
  #scrolled: Row[] = []
  #x = 0
  #y = 0
  /** The cursor is after the last cell of its row; `#x` is then not known. */
  #atEnd = false
  pen = defaultPen
  #link: string | null = null
  #isInserting = false
  /** For each of the four character sets, whether it is the one with lines instead of letters. */
  #charsets = plainCharsets
  #charset = 0
  /** Tab stops that differ from every eighth column: set or cleared. */
  #stops: Map<number, boolean> | null = null
  #saved: SavedCursor | null = null
  /** The rows outside of the alternate screen, while that is shown. */
  #main: { rows: Row[]; scrolled: number; saved: SavedCursor | null } | null = null
  #state: State = State.Ground
  #collected = ''
  /** The text that was printed last, if nothing has followed it. */
  #printed = ''

  /** @param isLine One row: what moves to another one does nothing. */
  constructor(isLine = false) {
    this.#isLine = isLine
    this.#rows.push(emptyRow(this))
  }

  /** A screen that a program has written these lines to, with the cursor at the start of the next one. */
  static after(lines: readonly string[]): Screen {
    const screen = new Screen()
    for (const line of lines) screen.write(`${line}\n`)
    screen.#scrolled = []
    return screen
  }

  /** A copy: writing to one does not change the other. */
  clone(): Screen {
    const copy = new Screen(this.#isLine)
    copy.#rows = [...this.#rows]
    copy.#x = this.#x
    copy.#y = this.#y
    copy.#atEnd = this.#atEnd
    copy.pen = this.pen
    copy.#link = this.#link
    copy.#isInserting = this.#isInserting
    copy.#charsets = this.#charsets
    copy.#charset = this.#charset
    copy.#stops = this.#stops && new Map(this.#stops)
    copy.#saved = this.#saved && { ...this.#saved }
    copy.#main = this.#main && { ...this.#main, scrolled: this.#main.scrolled - this.#scrolled.length }
    copy.#state = this.#state
    copy.#collected = this.#collected
    copy.#printed = this.#printed
    return copy
  }

  /** The rows that have left the screen since it was made or copied, and those on it; the last one is unfinished. */
  get rows(): readonly Row[] {
    return [...this.#scrolled, ...this.#rows]
  }

  /** How many of `rows` have left the screen. */
  get scrolled(): number {
    return this.#scrolled.length
  }

  /** Shows the rows outside of the alternate screen again. */
  end(): void {
    if (this.#main) this.#leaveAlternate()
  }

  write(text: string): void {
    const end = text.length
    let at = 0
    while (at < end) {
      if (this.#state >= State.Osc) {
        at = this.#readPayload(text, at)
        if (at === end) return
      }
      let code = text.charCodeAt(at)
      if (this.#state === State.Ground && code >= 0x20 && (code < 0x7f || code > 0x9f)) {
        const start = at
        do code = text.charCodeAt(++at)
        while (code >= 0x20 && (code < 0x7f || code > 0x9f))
        this.#print(start === 0 && at === end ? text : text.slice(start, at))
        continue
      }
      this.#read(code, text[at]!)
      at++
    }
  }

  #read(code: number, char: string): void {
    if (code === 0x1b) {
      this.#endPayload(true)
      this.#state = State.Escape
      this.#collected = ''
      return
    }
    if (code >= 0x80 && code < 0xa0) {
      this.#endPayload(true)
      this.#c1(code)
      return
    }
    if (code === 0x18 || code === 0x1a) {
      this.#endPayload(false)
      this.#state = State.Ground
      this.#printed = ''
      return
    }
    // A log's line is never swallowed by a string that was cut off before it.
    if (code === 0x0a && this.#state >= State.Osc) this.#state = State.Ground
    switch (this.#state) {
      case State.Osc:
        if (code === 0x07) this.#endPayload(true)
        return
      case State.Text:
        return
      default:
    }
    if (code < 0x20) this.#execute(code)
    else if (code !== 0x7f) this.#readSequence(code, char)
  }

  #readSequence(code: number, char: string): void {
    switch (this.#state) {
      case State.Escape:
      case State.EscapeIntermediate:
        if (code < 0x30) {
          this.#state = State.EscapeIntermediate
          if (this.#collected.length < parametersKept) this.#collected += char
        } else if (code > 0x7e) this.#state = State.Ground
        else if (this.#state === State.Escape && '[]PX^_'.includes(char)) this.#c1(code + 0x40)
        else {
          this.#state = State.Ground
          this.#printed = ''
          this.#escape(this.#collected + char)
        }
        return
      case State.Csi:
        if (code >= 0x40 && code <= 0x7e) {
          this.#state = State.Ground
          this.#csi(char)
          this.#printed = ''
        } else if (code > 0x7e) this.#state = State.Ground
        else if (this.#collected.length >= parametersKept || !isAllowed(this.#collected, code)) {
          this.#state = State.CsiIgnore
        } else this.#collected += char
        return
      case State.CsiIgnore:
        if (code >= 0x40 && code <= 0x7e) this.#state = State.Ground
        return
      default:
    }
  }

  /** Reads on to the end of a string's payload; returns where that is. */
  #readPayload(text: string, at: number): number {
    let end = at
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end)
      if (code < 0x20 ? code === 7 || code === 0x0a || code === 0x18 || code === 0x1a || code === 0x1b : isC1(code))
        break
    }
    if (this.#state === State.Osc && end > at && this.#collected.length <= payloadKept) {
      this.#collected += text.slice(at, Math.min(end, at + payloadKept + 1))
    }
    return end
  }

  #endPayload(isWhole: boolean): void {
    if (this.#state === State.Osc && isWhole && this.#collected.length <= payloadKept) {
      const link = /^8;[^;]*;(.*)$/.exec(this.#collected)
      if (link) this.#link = link[1]! || null
    }
    if (this.#state >= State.Osc) {
      this.#state = State.Ground
      this.#printed = ''
    }
  }

  #c1(code: number): void {
    this.#state = State.Ground
    this.#collected = ''
    if (code === 0x9b) {
      this.#state = State.Csi
      return
    }
    this.#printed = ''
    if (code === 0x9d) this.#state = State.Osc
    else if (code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f) this.#state = State.Text
    else if (code === 0x88) this.#setStop(true)
    else if (code === 0x84) this.#index()
    else if (code === 0x85) this.#lineFeed()
  }

  #execute(code: number): void {
    this.#printed = ''
    switch (code) {
      case 0x08:
        this.#moveTo(this.#column() - 1)
        break
      case 0x09:
        this.#moveTo(this.#nextStop(this.#column()))
        break
      case 0x0a:
      case 0x0b:
      case 0x0c:
        this.#lineFeed()
        break
      case 0x0d:
        this.#x = 0
        this.#atEnd = false
        break
      case 0x0e:
        this.#charset = 1
        break
      case 0x0f:
        this.#charset = 0
        break
      default:
    }
  }

  #escape(sequence: string): void {
    switch (sequence) {
      case '7':
        this.#save()
        break
      case '8':
        this.#restore()
        break
      case 'D':
        this.#index()
        break
      case 'E':
        this.#lineFeed()
        break
      case 'H':
        this.#setStop(true)
        break
      case 'M':
        if (this.#isLine) break
        this.#moveTo(this.#column())
        if (this.#y > 0) this.#moveTo(this.#x, this.#y - 1)
        else this.#insertRows(0, 1)
        break
      case 'c':
        this.#reset()
        this.#eraseAll()
        this.#stops = null
        this.#moveTo(0, this.#isLine ? this.#y : 0)
        break
      case 'n':
      case '}':
        this.#charset = 2
        break
      case 'o':
      case '|':
        this.#charset = 3
        break
      case '~':
        this.#charset = 1
        break
      case '%@':
      case '%G':
        this.#charsets = plainCharsets
        this.#charset = 0
        break
      default: {
        const set = sequence.length === 2 ? '()*+'.indexOf(sequence[0]!) : -1
        if (set >= 0) this.#charsets = this.#charsets.with(set, sequence[1] === '0')
      }
    }
  }

  #csi(final: string): void {
    const collected = this.#collected
    if (final === 'm') {
      if (/^[\d;:]*$/.test(collected)) this.pen = changePen(this.pen, collected)
      return
    }
    if (collected.startsWith('?')) {
      if (final === 'J' || final === 'K') this.#erase(final, numbers(collected.slice(1))[0] ?? 0)
      else if (final === 'h' || final === 'l') this.#setModes(numbers(collected.slice(1)), final === 'h')
      return
    }
    if (collected === '!' && final === 'p') {
      this.#reset()
      return
    }
    if (!/^[\d;:]*$/.test(collected)) return
    const [first = 0, second = 0] = numbers(collected)
    const count = Math.min(first || 1, columns)
    const x = this.#column()
    switch (final) {
      case '@':
        this.#insertCells(x, count)
        break
      case 'C':
      case 'a':
        this.#moveTo(x + count)
        break
      case 'D':
        this.#moveTo(x - count)
        break
      case 'G':
      case '`':
        this.#moveTo((first || 1) - 1)
        break
      case 'I':
      case 'Z': {
        let to = x
        for (let left = count; left > 0; left--) to = final === 'I' ? this.#nextStop(to) : this.#previousStop(to)
        this.#moveTo(to)
        break
      }
      case 'J':
      case 'K':
        this.#erase(final, first)
        break
      case 'P':
        this.#deleteCells(x, count)
        break
      case 'X':
        this.#eraseCells(this.#y, x, x + count)
        break
      case 'b':
        this.#repeat(count)
        break
      case 'g':
        if (first === 0) this.#setStop(false)
        else if (first === 3) this.#stops = new Map([[-1, false]])
        break
      case 'h':
      case 'l':
        if (numbers(collected).includes(4)) this.#isInserting = final === 'h'
        break
      case 's':
        this.#save()
        break
      case 'u':
        this.#restore()
        break
      case 'E':
      case 'F':
        this.#moveTo(0)
        if (!this.#isLine) this.#moveTo(0, final === 'E' ? this.#y + count : this.#y - count)
        break
      case 'H':
      case 'f':
        this.#moveTo((second || 1) - 1, this.#isLine ? this.#y : (first || 1) - 1)
        break
      default:
        if (!this.#isLine) this.#csiRows(final, first, count, x)
    }
  }

  #csiRows(final: string, first: number, count: number, x: number): void {
    switch (final) {
      case 'A':
        this.#moveTo(x, this.#y - count)
        break
      case 'B':
      case 'e':
        this.#moveTo(x, this.#y + count)
        break
      case 'd':
        this.#moveTo(x, (first || 1) - 1)
        break
      case 'L':
        this.#insertRows(this.#y, count)
        this.#moveTo(0)
        break
      case 'M':
        this.#deleteRows(this.#y, count)
        this.#moveTo(0)
        break
      case 'S':
        this.#deleteRows(0, count)
        break
      case 'T':
      case '^':
        this.#insertRows(0, count)
        break
      // Margins are those of a window, which a log has not; setting them moves the cursor.
      case 'r':
        this.#moveTo(0, 0)
        break
      default:
    }
  }

  #setModes(modes: readonly number[], isSet: boolean): void {
    this.#moveTo(this.#column())
    for (const mode of modes) {
      if (mode === 1048 || mode === 1049) {
        if (isSet) this.#save()
      }
      if ((mode === 47 || mode === 1047 || mode === 1049) && !this.#isLine) {
        if (isSet && !this.#main) {
          this.#main = { rows: this.#rows, scrolled: this.#scrolled.length, saved: this.#saved }
          this.#saved = null
          this.#rows = this.#rows.map(() => emptyRow(this))
        } else if (!isSet && this.#main) this.#leaveAlternate()
      }
      if ((mode === 1048 || mode === 1049) && !isSet) this.#restore()
    }
  }

  #leaveAlternate(): void {
    const { rows, scrolled, saved } = this.#main!
    const length = this.#rows.length
    const lost = this.#scrolled.length - scrolled
    this.#rows = rows.slice(lost)
    this.#saved = saved && { ...saved, y: Math.max(0, saved.y - lost) }
    this.#main = null
    while (this.#rows.length < length) this.#rows.push(emptyRow(this))
  }

  #reset(): void {
    this.pen = defaultPen
    this.#isInserting = false
    this.#charsets = plainCharsets
    this.#charset = 0
    this.#saved = null
  }

  #save(): void {
    this.#saved = {
      x: this.#column(),
      y: this.#y,
      pen: this.pen,
      charsets: this.#charsets,
      charset: this.#charset,
    }
  }

  #restore(): void {
    const { x, y, pen, charsets, charset } = this.#saved ?? origin
    this.pen = pen
    this.#charsets = charsets
    this.#charset = charset
    this.#moveTo(x, this.#isLine ? this.#y : y)
  }

  // ── The cursor ──

  #column(): number {
    if (this.#atEnd) {
      this.#x = rowWidth(this.#rows[this.#y]!)
      this.#atEnd = false
    }
    return this.#x
  }

  #moveTo(x: number, y = this.#y): void {
    const limit = Math.max(columns, Math.min(cellsKept, this.#rows[y] ? rowWidth(this.#rows[y]) : 0)) - 1
    this.#x = Math.max(0, Math.min(limit, x))
    this.#y = Math.max(0, Math.min(openRows - 1, y))
    this.#atEnd = false
  }

  #lineFeed(): void {
    this.#state = State.Ground
    this.#link = null
    if (this.#isLine) return
    this.#x = 0
    this.#atEnd = false
    this.#y++
    this.#row()
  }

  #index(): void {
    if (this.#isLine) return
    this.#column()
    this.#y++
    this.#row()
  }

  #setStop(isSet: boolean): void {
    this.#stops ??= new Map()
    if (this.#stops.size < columns) this.#stops.set(this.#column(), isSet)
  }

  #isStop(column: number): boolean {
    return this.#stops?.get(column) ?? (column % 8 === 0 && this.#stops?.get(-1) !== false)
  }

  #nextStop(column: number): number {
    let next = column + 1
    // Without custom stops in reach they are every eighth column.
    if (!this.#stops) return next + ((8 - (next % 8)) % 8)
    while (!this.#isStop(next) && next < columns - 1) next++
    return next
  }

  #previousStop(column: number): number {
    let previous = column - 1
    while (previous > 0 && !this.#isStop(previous)) previous--
    return Math.max(0, previous)
  }

  // ── Rows and cells ──

  /** The cursor's row, made if it is not there yet; it may be changed. */
  #row(): Row {
    while (this.#rows.length <= this.#y) {
      this.#rows.push(emptyRow(this))
      if (this.#rows.length <= openRows) continue
      this.#scrolled.push(this.#rows.shift()!)
      this.#y--
      if (this.#saved) this.#saved.y = Math.max(0, this.#saved.y - 1)
    }
    return this.#own(this.#y)
  }

  #own(index: number): Row {
    let row = this.#rows[index]!
    if (row.owner !== this) {
      const { runs, width, unmeasured, cells, beyond } = row
      row = {
        owner: this,
        runs: copyRuns(runs),
        width,
        unmeasured,
        cells: cells && [...cells],
        beyond: copyRuns(beyond),
      }
      this.#rows[index] = row
    }
    return row
  }

  #print(text: string): void {
    let printed = text
    if (this.#charsets[this.#charset])
      printed = printed.replace(/[`-~]/g, (char) => graphics[char.charCodeAt(0) - 0x60]!)
    if (printed.includes('\u00ad')) printed = printed.replaceAll('\u00ad', '')
    if (printed === '') return
    this.#printed = printed
    const row = this.#row()
    if (row.cells === null) {
      if (!this.#atEnd && !this.#isInserting) {
        const skipped = this.#x - rowWidth(row)
        if (skipped > 0) {
          row.runs.push({ text: ' '.repeat(skipped), pen: gap, link: null })
          row.width += skipped
        }
        // A redraw that covers the whole row, as of most progress bars, leaves nothing of it.
        if (this.#x === 0 && skipped < 0) {
          const width = columnsOf(printed)
          if (width >= row.width) {
            row.runs = [{ text: printed, pen: this.pen, link: this.#link }]
            row.width = width
            this.#atEnd = true
            return
          }
        }
        this.#atEnd = skipped >= 0
      }
      if (this.#atEnd) {
        const last = row.runs.at(-1)
        if (last && last.pen === this.pen && last.link === this.#link) last.text += printed
        else row.runs.push({ text: printed, pen: this.pen, link: this.#link })
        row.unmeasured += printed
        return
      }
    }
    this.#put(row, printed)
  }

  #put(row: Row, text: string): void {
    const cells = cellsOf(row)
    const { pen } = this
    const link = this.#link
    let x = this.#column()
    if (!this.#isInserting && link === null && x + 2 * text.length < cellsKept && isSimple(text)) {
      this.#x = putSimple(cells, x, text, pen)
      return
    }
    let at = 0
    while (at < text.length && x < cellsKept) {
      const start = at
      at = endOfCluster(text, start)
      const width = widthFrom(text, start, at)
      const cluster = text.slice(start, at)
      const before = cells[x - 1] === rest ? x - 2 : x - 1
      if (width === 0 && x > 0 && x <= cells.length) {
        const joined = cells[before]!
        cells[before] = { ...joined, text: joined.text + cluster }
        continue
      }
      const taken = width === 2 ? 2 : 1
      while (cells.length < x) cells.push(blank)
      cutWide(cells, x)
      if (this.#isInserting) cells.splice(x, 0, ...(taken === 2 ? [blank, blank] : [blank]))
      cutWide(cells, x + taken)
      cells[x] = { text: cluster, pen, link }
      if (taken === 2) cells[x + 1] = rest
      x += taken
    }
    if (at < text.length) row.beyond.push({ text: text.slice(at), pen, link })
    this.#x = x
  }

  #repeat(count: number): void {
    const last = clustersOf(this.#printed.slice(-64)).at(-1)
    if (last) this.#print(last.text.repeat(count))
  }

  #erase(final: string, part: number): void {
    const x = this.#column()
    const y = this.#y
    if (part === 0) this.#eraseCells(y, x, Infinity)
    else if (part === 1) this.#eraseCells(y, 0, x + 1)
    else if (part === 2) this.#eraseCells(y, 0, Infinity)
    if (final === 'K' || this.#isLine || part > 2) return
    for (let row = 0; row < this.#rows.length; row++) {
      if ((row > y && part !== 1) || (row < y && part !== 0)) this.#rows[row] = emptyRow(this)
    }
  }

  #eraseAll(): void {
    this.#rows = this.#rows.map(() => emptyRow(this))
  }

  #eraseCells(y: number, from: number, to: number): void {
    if (y >= this.#rows.length) return
    const width = rowWidth(this.#rows[y]!)
    if (from >= width) return
    if (from === 0 && to >= width) {
      this.#rows[y] = emptyRow(this)
      return
    }
    const row = this.#own(y)
    const cells = cellsOf(row)
    cutWide(cells, from)
    if (to >= cells.length) {
      cells.length = from
      if (to === Infinity) row.beyond.length = 0
      return
    }
    cutWide(cells, to)
    for (let x = from; x < to; x++) cells[x] = blank
  }

  #insertCells(x: number, count: number): void {
    if (x >= rowWidth(this.#row())) return
    const cells = cellsOf(this.#row())
    cutWide(cells, x)
    cells.splice(x, 0, ...Array.from({ length: count }, () => blank))
    cells.length = Math.min(cells.length, cellsKept)
  }

  #deleteCells(x: number, count: number): void {
    if (x >= rowWidth(this.#row())) return
    const cells = cellsOf(this.#row())
    cutWide(cells, x)
    cutWide(cells, x + count)
    cells.splice(x, count)
  }

  #insertRows(at: number, count: number): void {
    if (at >= this.#rows.length) return
    const added = Math.min(count, openRows - at)
    this.#rows.splice(at, 0, ...Array.from({ length: added }, () => emptyRow(this)))
    this.#rows.length = Math.min(this.#rows.length, openRows)
  }

  /** The rows below move up; as many rows stay. */
  #deleteRows(at: number, count: number): void {
    const { length } = this.#rows.splice(at, count)
    for (let left = length; left > 0; left--) this.#rows.push(emptyRow(this))
  }
}

/** The pieces of a row, without cells at its end that nothing was written to. */
export function rowRuns(row: Row): readonly Readonly<Run>[] {
  if (!row.cells) return row.runs
  const runs: Run[] = []
  let end = row.cells.length
  if (row.beyond.length === 0) while (end > 0 && row.cells[end - 1] === blank) end--
  for (let at = 0; at < end; at++) {
    const { text, pen, link } = row.cells[at]!
    const last = runs.at(-1)
    if (text === '') continue
    if (last && last.pen.sequence === pen.sequence && last.link === link) last.text += text
    else runs.push({ text, pen, link })
  }
  return [...runs, ...row.beyond]
}

/** A row as a line that a terminal draws alike, with sequences for styles and links only. */
export function rowLine(row: Row): string {
  let line = ''
  let set = ''
  for (const { text, pen, link } of rowRuns(row)) {
    if (pen.sequence !== set) {
      if (set !== '') line += '\x1b[0m'
      line += pen.sequence
      set = pen.sequence
    }
    line += link === null ? text : `\x1b]8;;${link}\x1b\\${text}\x1b]8;;\x1b\\`
  }
  return set === '' ? line : `${line}\x1b[0m`
}

function emptyRow(owner: Screen): Row {
  return { owner, runs: [], width: 0, unmeasured: '', cells: null, beyond: [] }
}

const copyRuns = (runs: readonly Run[]) => runs.map((run) => ({ ...run }))

function rowWidth(row: Row): number {
  if (row.cells) return row.cells.length
  if (row.unmeasured !== '') {
    row.width += columnsOf(row.unmeasured)
    row.unmeasured = ''
  }
  return row.width
}

/** The row's cells, made from its runs. */
function cellsOf(row: Row): Cell[] {
  if (row.cells) return row.cells
  const cells: Cell[] = []
  for (const { text, pen, link } of row.runs) {
    let at = 0
    for (const cluster of clustersOf(cells.length < cellsKept ? text.slice(0, cellsKept * 4) : '')) {
      if (cells.length >= cellsKept) break
      at += cluster.text.length
      if (cluster.width === 0 && cells.length > 0) {
        const before = cells.at(-1) === rest ? cells.length - 2 : cells.length - 1
        cells[before] = { ...cells[before]!, text: cells[before]!.text + cluster.text }
        continue
      }
      cells.push(pen === gap ? blank : { text: cluster.text, pen, link })
      if (cluster.width === 2) cells.push(rest)
    }
    if (at < text.length) row.beyond.push({ text: text.slice(at), pen, link })
  }
  row.runs = []
  row.cells = cells
  return cells
}

const simpleCells = new WeakMap<Pen, (Cell | undefined)[]>()

/** The usual case of `put`, a few times as fast; returns the column after the text. */
function putSimple(cells: Cell[], start: number, text: string, pen: Pen): number {
  let known = simpleCells.get(pen)
  if (!known) simpleCells.set(pen, (known = []))
  while (cells.length < start) cells.push(blank)
  let x = start
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const width = widthOf(code)
    if (width === 0 && x > 0) {
      const before = cells[x - 1] === rest ? x - 2 : x - 1
      const joined = cells[before]!
      cells[before] = { ...joined, text: joined.text + text[at]! }
      continue
    }
    const cell = (code < 0x80 ? known[code] : undefined) ?? { text: text[at]!, pen, link: null }
    if (code < 0x80) known[code] = cell
    cutWide(cells, x)
    cutWide(cells, width === 2 ? x + 2 : x + 1)
    cells[x++] = cell
    if (width === 2) cells[x++] = rest
  }
  return x
}

/** Blanks both halves of a wide character whose second half is at `x`: one of them is about to go. */
function cutWide(cells: Cell[], x: number): void {
  if (cells[x] !== rest) return
  cells[x - 1] = blank
  cells[x] = blank
}

const isC1 = (code: number) => code >= 0x80 && code < 0xa0

/** Whether a character may follow in a control sequence: a prefix comes first, then parameters, then intermediates. */
function isAllowed(collected: string, code: number): boolean {
  if (code < 0x30) return true
  if (code >= 0x3c) return collected === ''
  return !/[ -/]/.test(collected)
}

/** Parameters of a sequence; a missing one is 0. */
function numbers(parameters: string): number[] {
  return parameters.split(';').map((parameter) => Math.min(9_999, Number.parseInt(parameter, 10) || 0))
}
