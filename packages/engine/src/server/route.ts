import type { Context } from 'hono'
import type { CallChaos } from '../chaos.ts'
import type { HttpBindings } from '@hono/node-server'

export interface ServerEnv {
  Bindings: HttpBindings
  Variables: {
    /** Address of this engine as the caller knows it, without a slash at the end. */
    baseUrl: string
    /** Faults in force for this call. */
    chaos: CallChaos
  }
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** Answered without a key even where one is required. */
  open?: boolean
  handle: (context: Context<ServerEnv>) => Response | Promise<Response>
}

/** The envelope that every JSON answer is put in, and no stream line ever (protocol §9.1). */
export function enveloped(data: unknown, messages: readonly unknown[] = []): Response {
  return new Response(JSON.stringify({ data, messages }), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}
