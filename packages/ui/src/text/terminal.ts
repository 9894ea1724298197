/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// The client's terminal grammar, loaded on demand: importing this file starts it. Until it is there, on a server and while
// hydrating, lines are shown without colours and escapes.
import { useSyncExternalStore } from 'react'
import type { Pen } from '@inferstream/client/terminal'

export type { OpenRows, Pen, TerminalStyle } from '@inferstream/client/terminal'

export type Terminal = typeof import('@inferstream/client/terminal')

let terminal: Terminal | null = null
let loading: Promise<Terminal> | null = null
const listeners = new Set<() => void>()

/** Rejects if the code cannot be loaded; a later call tries again. */
export function loadTerminal(): Promise<Terminal> {
  loading ??= load()
  return loading
}

async function load(): Promise<Terminal> {
  try {
    terminal = await import('@inferstream/client/terminal')
    for (const listener of listeners) listener()
    return terminal
  } catch (error) {
    loading = null
    throw error
  }
}

function preload(): void {
  // Without it the lines can still be read.
  loadTerminal().catch(() => {})
}

if (typeof document === 'object') preload()

/** Null until it is loaded: then what was computed without it is to be computed again. */
export function useTerminal(): Terminal | null {
  return useSyncExternalStore(subscribe, loadedTerminal, none)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  preload()
  return () => listeners.delete(listener)
}

export const loadedTerminal = (): Terminal | null => terminal
const none = () => null

/** The style of a line that no sequence precedes. */
export const plainPen: Pen = { fg: '', bg: '', bits: 0, sequence: '', style: null }

const sequences =
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b\[[0-?]*[ -/]*(?:[@-~]|$)|\x1b[ -/]*[0-~]?|[\0-\x08\x0b-\x1f\x7f-\x9f]/g

/** A line without escapes, from its last carriage return on: what is shown until the grammar is loaded. */
export function roughText(line: string): string {
  const body = line.endsWith('\r') ? line.slice(0, -1) : line
  return body
    .slice(body.lastIndexOf('\r') + 1)
    .replace(sequences, '')
    .replaceAll('\t', '        ')
}
