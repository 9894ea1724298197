import type { PlainTaskState } from '@inferstream/react'

/** A run as an engine sent it, made by `scripts/record-runs.mjs`. */
export interface Recording {
  /** The app's data, with its schemas. */
  details: unknown
  /** Epoch ms of its start. */
  startedAt: number
  /** ms since the start, and one event of the stream. */
  frames: readonly (readonly [at: number, event: string])[]
}

/** In the recordings, in place of the address of this page. */
const here = 'http://recorded.invalid/'

const recorded: ReadonlySet<string> = new Set([
  'local/path-tracer',
  'local/julia-video',
  'local/story',
  'local/tone',
  'local/gallery',
  'local/report',
  'local/fail',
])

const loaded = new Map<string, Promise<unknown>>()

/** Null for an app without one. */
export function recordingOf(app: string): Promise<Recording | null> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this build
  return load(app, '.json') as Promise<Recording | null>
}

/** The end of a recorded run, as `dehydrateTask` made it. Null for an app without one. */
export function recordedEndOf(app: string): Promise<PlainTaskState | null> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this build
  return load(app, '.end.json') as Promise<PlainTaskState | null>
}

function load(app: string, suffix: string): Promise<unknown> {
  if (!recorded.has(app)) return Promise.resolve(null)
  const name = app.replace('local/', '') + suffix
  const loading = loaded.get(name) ?? read(name)
  loaded.set(name, loading)
  return loading
}

async function read(name: string): Promise<unknown> {
  try {
    const answer = await fetch(new URL(`recorded/${name}`, document.baseURI))
    const text = (await answer.text()).replaceAll(here, new URL('recorded/', document.baseURI).href)
    return JSON.parse(text)
  } catch {
    // The page does without.
    return null
  }
}
