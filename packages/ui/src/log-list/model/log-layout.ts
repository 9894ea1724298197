// The position of each line in rows, for any number of lines: two bytes per line and a prefix sum per 1,024 lines. Appending
// k lines costs O(k), a new width O(lines), finding the line at a row O(log lines), hiding k lines O(k).
const blockSize = 1024
/** Set in the columns of a line that is hidden: it has no rows. */
const hiddenBit = 0x80_00

interface Block {
  /** Cells of each line. */
  readonly columns: Uint16Array
  /** Rows of all lines of this block at the current width. */
  rows: number
  /** Rows before this block, counted from the first line ever added. */
  before: number
}

export interface RowPosition {
  /** Index of the line, counted from the oldest one kept. */
  index: number
  /** Row within the line. */
  row: number
}

export class LogLayout {
  #blocks: Block[] = []
  /** Dropped lines of the first block. */
  #gone = 0
  #length = 0
  #width: number
  /** Rows before the oldest line kept. */
  #rowsGone = 0
  #end = 0
  #widest = 0

  /** @param width cells per row; `Infinity` if lines do not wrap */
  constructor(width: number) {
    this.#width = width
  }

  get length(): number {
    return this.#length
  }

  get rows(): number {
    return this.#end - this.#rowsGone
  }

  /** Cells of the widest line ever added: the scroll width of an unwrapped log. */
  get widest(): number {
    return this.#widest
  }

  /** @param columns cells of the line, less than 32,768 */
  append(columns: number): void {
    const at = (this.#gone + this.#length) % blockSize
    let block = this.#blocks.at(-1)
    if (at === 0 || !block) {
      block = { columns: new Uint16Array(blockSize), rows: 0, before: this.#end }
      this.#blocks.push(block)
    }
    block.columns[at] = columns
    const rows = this.#rowsOf(columns)
    block.rows += rows
    this.#end += rows
    this.#length += 1
    if (columns > this.#widest) this.#widest = columns
  }

  /** Changes the cells of the line at `index`. */
  set(index: number, columns: number): void {
    this.#change(index, index, (known) => columns | (known & hiddenBit))
    if (columns > this.#widest) this.#widest = columns
  }

  /** Hides the lines from index `from` to `to`, both included, or shows them again. */
  hide(from: number, to: number, hidden: boolean): void {
    this.#change(from, to, (known) => (hidden ? known | hiddenBit : known & ~hiddenBit))
  }

  /** Removes the last lines from `length` on. */
  truncate(length: number): void {
    if (length >= this.#length) return
    const end = this.#gone + Math.max(0, length)
    const full = Math.ceil(end / blockSize)
    this.#blocks.length = full
    this.#length = Math.max(0, length)
    const block = this.#blocks.at(-1)
    if (!block) {
      this.#gone = 0
      this.#rowsGone = this.#end = 0
      return
    }
    block.rows = 0
    for (let at = 0; at < end - (full - 1) * blockSize; at += 1) block.rows += this.#rowsOf(block.columns[at] ?? 1)
    this.#end = block.before + block.rows
  }

  #change(from: number, to: number, next: (columns: number) => number): void {
    const last = Math.min(to, this.#length - 1)
    let more = 0
    for (let index = Math.max(0, from); index <= last;) {
      const place = this.#gone + index
      const block = this.#blocks[Math.floor(place / blockSize)]
      if (!block) return
      block.before += more
      const end = Math.min(last, index + blockSize - 1 - (place % blockSize))
      let added = 0
      for (; index <= end; index += 1) {
        const at = (this.#gone + index) % blockSize
        const known = block.columns[at] ?? 1
        const columns = next(known)
        if (columns === known) continue
        block.columns[at] = columns
        added += this.#rowsOf(columns) - this.#rowsOf(known)
      }
      block.rows += added
      more += added
    }
    if (more === 0) return
    for (let at = Math.floor((this.#gone + last) / blockSize) + 1; at < this.#blocks.length; at += 1)
      this.#blocks[at]!.before += more
    this.#end += more
  }

  /** Removes the `count` oldest lines. */
  drop(count: number): void {
    let left = Math.min(count, this.#length)
    this.#length -= left
    while (left > 0) {
      const block = this.#blocks[0]
      if (!block) return
      const here = Math.min(left, blockSize - this.#gone)
      if (this.#gone + here === blockSize) {
        this.#blocks.shift()
        this.#gone = 0
        this.#rowsGone = this.#blocks[0]?.before ?? this.#end
      } else {
        for (let at = this.#gone; at < this.#gone + here; at += 1)
          this.#rowsGone += this.#rowsOf(block.columns[at] ?? 1)
        this.#gone += here
      }
      left -= here
    }
  }

  /** Recomputes the layout for another width. */
  resize(width: number): void {
    if (width === this.#width) return
    this.#width = width
    let sum = 0
    let left = this.#length + this.#gone
    for (const block of this.#blocks) {
      block.before = sum
      block.rows = 0
      const lines = Math.min(blockSize, left)
      for (let at = 0; at < lines; at += 1) block.rows += this.#rowsOf(block.columns[at] ?? 1)
      left -= lines
      sum += block.rows
    }
    this.#end = sum
    this.#rowsGone = 0
    const first = this.#blocks[0]
    if (first) for (let at = 0; at < this.#gone; at += 1) this.#rowsGone += this.#rowsOf(first.columns[at] ?? 1)
  }

  /** Rows of the line at `index`. */
  rowsAt(index: number): number {
    const at = this.#gone + index
    return this.#rowsOf(this.#blocks[Math.floor(at / blockSize)]?.columns[at % blockSize] ?? 1)
  }

  /** The row at which the line at `index` begins; the number of all rows for an index past the end. */
  rowOf(index: number): number {
    if (index >= this.#length) return this.rows
    const at = this.#gone + Math.max(0, index)
    const block = this.#blocks[Math.floor(at / blockSize)]
    if (!block) return 0
    let row = block.before
    for (let line = 0; line < at % blockSize; line += 1) row += this.#rowsOf(block.columns[line] ?? 1)
    return row - this.#rowsGone
  }

  /** The line at `row`, clamped to the existing rows. */
  lineAt(row: number): RowPosition {
    if (this.#length === 0 || this.rows === 0) return { index: 0, row: 0 }
    const target = Math.min(Math.max(0, Math.floor(row)), this.rows - 1) + this.#rowsGone
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#blocks[middle]?.before ?? 0) <= target) low = middle
      else high = middle - 1
    }
    const block = this.#blocks[low]
    if (!block) return { index: 0, row: 0 }
    let before = block.before
    for (let at = 0; at < blockSize; at += 1) {
      const rows = this.#rowsOf(block.columns[at] ?? 1)
      if (target < before + rows) return { index: low * blockSize + at - this.#gone, row: target - before }
      before += rows
    }
    return { index: this.#length - 1, row: 0 }
  }

  #rowsOf(columns: number): number {
    if (columns & hiddenBit) return 0
    return columns <= this.#width ? 1 : Math.ceil(columns / this.#width)
  }
}
