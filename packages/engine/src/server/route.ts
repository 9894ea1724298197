import type { Context } from 'hono'
import type { CallChaos } from '../chaos.ts'
import type { HttpBindings } from '@hono/node-server'

export interface ServerEnv {
  Bindings: HttpBindings
  Variables: {
    /** Address of this engine as used by the caller, without a slash at the end. */
    baseUrl: string
    /** Active faults for this call. */
    chaos: CallChaos
  }
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** Answered without a key even if one is required. */
  open?: boolean
  handle: (context: Context<ServerEnv>) => Response | Promise<Response>
}

/** The envelope of every JSON answer; stream lines never have it (protocol §9.1). */
export function enveloped(data: unknown, messages: readonly unknown[] = []): Response {
  return new Response(JSON.stringify({ data, messages }), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}
