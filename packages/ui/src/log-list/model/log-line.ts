import type { CSSProperties, RefObject } from 'react'
import type { Colours } from './colours.ts'
import type { LogLevel } from './log-rows.ts'

/** A line that is drawn: what a function as children of Viewport is given, and hands on to the parts of a line. */
export interface LogLine {
  /** 1 for the first line ever, whatever was dropped or is hidden. */
  readonly number: number
  /** As it came, escapes and all. */
  readonly text: string
  readonly level?: LogLevel | undefined
  /** Empty for a line whose level goes without saying; undefined where no line has one. */
  readonly levelWord?: string | undefined
  /** epoch ms; null where it is unknown, undefined where no times are shown. */
  readonly receivedAt?: number | null | undefined
  /** Whether the current match is in this line. */
  readonly current?: boolean | undefined
  /** Whether the line is still being written. */
  readonly pending?: boolean | undefined
  /** SGR sequences in force before the line. */
  readonly carried: string
  readonly colours: Colours | null
  /** What is looked for. */
  readonly pattern: RegExp | null
  readonly wrap: boolean
  /** Rows that the layout counts on: a font may draw a text narrower than its cells. */
  readonly rows?: number | undefined
  readonly locale: string
  /** Set on the one line that nobody sees: it measures the cells. */
  readonly probe?: LineProbe | undefined
}

export interface LineProbe {
  /** As wide as the content of a line. */
  readonly content: RefObject<HTMLSpanElement | null>
  /** Holds `probeText` on one row. */
  readonly text: RefObject<HTMLSpanElement | null>
}

// What the arithmetic of the layout counts on, with or without the stylesheet.
const content: CSSProperties = { flex: 1, minInlineSize: 0 }
const wrapped: CSSProperties = { ...content, whiteSpace: 'break-spaces', wordBreak: 'break-all', lineBreak: 'anywhere' }
const unwrapped: CSSProperties = { ...content, whiteSpace: 'pre' }
const flex: CSSProperties = { display: 'flex' }

export const lineStyle = (rows = 1): CSSProperties => (rows > 1 ? { ...flex, minBlockSize: `${rows}lh` } : flex)
export const contentStyle = (wrap: boolean): CSSProperties => (wrap ? wrapped : unwrapped)

/** What a line shows as data attributes. */
export type LogLineState = { level: LogLevel | null; pending: boolean; current: boolean }

export const lineState = ({ level, pending, current }: LogLine): LogLineState => ({
  level: level ?? null,
  pending: pending === true,
  current: current === true,
})
