import { createId } from '../ids.ts'

/** A session keeps the worker of its first run warm: later runs go to the same thread and skip the start phases. */
export interface Session {
  readonly id: string
  readonly app: string
  /** Seconds without a call after which it ends. */
  readonly timeout: number
  /** The warm worker's place and which of its threads was warm; null before the first run got there. */
  worker: { place: number; generation: number } | null
  lastUsed: number
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
    const session: Session = { id: createId(), app, timeout, worker: null, lastUsed: this.#now() }
    this.#sessions.set(session.id, session)
    return session
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  hasExpired(session: Session): boolean {
    return this.#now() - session.lastUsed > session.timeout * 1_000
  }

  touch(session: Session): void {
    session.lastUsed = this.#now()
  }

  /** An expired session is remembered for an hour, so that a late caller is told 410 and not 404. */
  #forget(): void {
    for (const session of this.#sessions.values()) {
      if (this.#now() - session.lastUsed > session.timeout * 1_000 + 3_600_000) this.#sessions.delete(session.id)
    }
  }
}
