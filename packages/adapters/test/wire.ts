// A wire as the table of conformance.ts sees it.
import type { BackendPromises, InferenceOptions, Transport } from '@inferstream/client'

/** What a run says, in terms that each wire has its own form for. A wire leaves out what it cannot carry (`Wire.carries`). */
export type Step =
  | { readonly status: 'queued' | 'running' }
  /** The next piece of the output's text. */
  | { readonly text: string }
  /** One line of the log. */
  | { readonly log: string }
  /** 0–1 */
  | { readonly progress: number }
  /** The run fails, with this sentence. The last step. */
  | { readonly fail: string }

export interface ScriptedInput {
  /** The `input` of the run. */
  readonly input: unknown
  /** Aborted when the run is cancelled over the wire. */
  readonly cancelled: AbortSignal
}

/** A run: it has completed where the steps end, with all text as its output. The server ends it as cancelled once `cancelled` is aborted. */
export type Script = (run: ScriptedInput) => AsyncIterable<Step>

export interface WireServer {
  /** The adapter under test, against this server. All its requests go through `fetch`. */
  readonly transport?: (fetch: typeof globalThis.fetch) => Transport
  /** Options of `inference()` for a wire that is no transport. */
  readonly options?: (fetch: typeof globalThis.fetch) => InferenceOptions
  /** Runs that were started. */
  readonly starts: number
  /** The server forgets the run: from now on it answers as for one that it has never had. */
  readonly forget: (taskId: string) => void | Promise<void>
  readonly close: () => Promise<void>
}

export interface Wire {
  /** Its column in the table. */
  readonly name: string
  readonly promises: BackendPromises
  /** How a run is stopped, for the table. */
  readonly stop: string
  /** What runs of this wire can say. */
  readonly carries: {
    readonly queued: boolean
    readonly logs: boolean
    readonly progress: boolean
    readonly text: boolean
  }
  /** Each frame names its place, so that one that comes twice is known. */
  readonly isNumbered: boolean
  /** Whether an answer is a stream of updates. @defaultValue by its `content-type` */
  readonly isStream?: (request: { readonly method: string; readonly url: string }, response: Response) => boolean
  /** `output` of a run that has completed with this text. */
  readonly outputOf: (text: string) => unknown
  /** Starts a server on loopback that runs `script` for each run, and keeps the history of each. */
  readonly serve: (script: Script) => Promise<WireServer>
}
