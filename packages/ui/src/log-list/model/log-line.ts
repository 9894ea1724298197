import type { CSSProperties, ReactNode, RefObject } from 'react'
import { hanging } from './soft-wrap.ts'
import type { Pen, Terminal } from '../../text/terminal.ts'
import type { LogLevel } from './log-rows.ts'

/** A visible line: the argument of Viewport's children function, which passes it to the parts of a line. */
export interface LogLine {
  /** 1 for the first line ever, regardless of dropped or hidden lines. */
  readonly number: number
  /** The original text, with escapes. */
  readonly text: string
  readonly level?: LogLevel | undefined
  /** Empty for a line without a notable level; undefined if no line has one. */
  readonly levelWord?: string | undefined
  /** epoch ms; null if it is unknown, undefined if no times are shown. */
  readonly receivedAt?: number | null | undefined
  /** Whether the current match is in this line. */
  readonly current?: boolean | undefined
  /** Whether the line is still being written. */
  readonly pending?: boolean | undefined
  /** The style that the lines before have set. */
  readonly pen: Pen
  /** Null until it is loaded. */
  readonly terminal: Terminal | null
  /** The search pattern. */
  readonly pattern: RegExp | null
  /** Pairs of start and end of what an expression matches. */
  readonly ranges?: readonly number[] | undefined
  /** Whether the reader selected the line. */
  readonly selected?: boolean | undefined
  /** Cells per row. */
  readonly columns?: number | undefined
  /** Whether it wraps at spaces. */
  readonly softWrap?: boolean | undefined
  /** Whether more of a long line is drawn. */
  readonly opened?: boolean | undefined
  /** Draws more of a long line, or less again. */
  readonly onOpen?: ((number: number) => void) | undefined
  /** The text of the button behind a line that is cut; `count` is the number of characters not drawn, formatted. */
  readonly moreText?: ((count: string) => string) | undefined
  /** The section that begins with this line, drawn instead of its text. */
  readonly header?: ReactNode
  readonly wrap: boolean
  /** Rows in the layout: a font may draw a text narrower than its cells. */
  readonly rows?: number | undefined
  readonly locale: string
  /** Set on the hidden line that measures the cells. */
  readonly probe?: LineProbe | undefined
}

export interface LineProbe {
  /** As wide as the content of a line. */
  readonly content: RefObject<HTMLSpanElement | null>
  /** Holds `probeText` on one row. */
  readonly text: RefObject<HTMLSpanElement | null>
}

// Styles that the layout depends on, with or without the stylesheet.
const content: CSSProperties = { flex: 1, minInlineSize: 0 }
const wrapped: CSSProperties = { ...content, whiteSpace: 'break-spaces', wordBreak: 'break-all', lineBreak: 'anywhere' }
const unwrapped: CSSProperties = { ...content, whiteSpace: 'pre' }
const flex: CSSProperties = { display: 'flex', position: 'relative' }

export const lineStyle = (rows = 1): CSSProperties => (rows > 1 ? { ...flex, minBlockSize: `${rows}lh` } : flex)
const indented: CSSProperties = { ...unwrapped, paddingInlineStart: `${hanging}ch`, textIndent: `-${hanging}ch` }

/** @param isBroken whether the text is broken into rows by elements */
export const contentStyle = (wrap: boolean, isBroken = false): CSSProperties =>
  !wrap ? unwrapped : isBroken ? indented : wrapped

/** The data attributes of a line. */
export type LogLineState = { level: LogLevel | null; pending: boolean; current: boolean; selected: boolean }

export const lineState = ({ level, pending, current, selected }: LogLine): LogLineState => ({
  level: level ?? null,
  pending: pending === true,
  current: current === true,
  selected: selected === true,
})
