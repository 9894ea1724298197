import { createId } from '../ids.ts'

/** A session keeps the worker of its first run warm: later runs go to the same thread and skip the start phases. */
export interface Session {
  readonly id: string
  readonly app: string
  /** Seconds without a call after which it ends. */
  readonly timeout: number
  /** The index of the warm worker and its thread; null before the first run reached it. */
  worker: { place: number; generation: number | null } | null
  lastUsed: number
  /** Runs that have not ended. */
  runs: number
}

/** Seconds; the longest a session may idle is an hour (protocol §4). */
export const defaultSessionTimeout = 60

export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  open(app: string, timeout = defaultSessionTimeout): Session {
    this.#forget()
    const session: Session = { id: createId(), app, timeout, worker: null, lastUsed: this.#now(), runs: 0 }
    this.#sessions.set(session.id, session)
    return session
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  hasExpired(session: Session): boolean {
    return session.runs === 0 && this.#now() - session.lastUsed > session.timeout * 1_000
  }

  /** A run of the session was accepted; the idle time starts when the last run has ended. */
  begin(session: Session): void {
    session.runs++
  }

  end(session: Session): void {
    session.runs--
    session.lastUsed = this.#now()
  }

  /** Whether a session that has not expired has its warm worker at this index. */
  keepWarm(place: number, generation: number | null): boolean {
    for (const session of this.#sessions.values()) {
      const isHere = session.worker?.place === place && session.worker.generation === generation
      if (isHere && !this.hasExpired(session)) return true
    }
    return false
  }

  /** An expired session is remembered for an hour, so that a late caller gets 410 instead of 404. */
  #forget(): void {
    for (const session of this.#sessions.values()) {
      if (this.#now() - session.lastUsed > session.timeout * 1_000 + 3_600_000) this.#sessions.delete(session.id)
    }
  }
}
