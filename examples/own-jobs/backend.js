// The jobs of this app as a backend: used by the page, and by the tests in Node.
import { fromBackend } from '@inferstream/client'
import { readEventBatches, request } from '@inferstream/client/backend'

/** @param originOf the address of a server, asked for before each request: any of them will do */
export function jobs(originOf) {
  const post = (path, json, signal) => request(`${originOf()}${path}`, { method: 'POST', json, signal })
  return fromBackend({
    kind: 'own-jobs',
    promises: { resume: 'cursor', cancel: true, logs: true, idempotentStart: true },
    async start({ input }, { signal, idempotencyKey }) {
      const response = await post('/jobs', { input, idempotencyKey }, signal)
      return { taskId: (await response.json()).id }
    },
    async *follow(taskId, { after, signal }) {
      const headers = after === null ? {} : { 'last-event-id': after }
      const response = await request(`${originOf()}/jobs/${taskId}/stream`, { headers, signal })
      for await (const events of readEventBatches(response)) {
        yield events.map(({ id, data }) => Object.assign(JSON.parse(data), { cursor: id }))
      }
    },
    async read(taskId, { signal }) {
      const update = await (await request(`${originOf()}/jobs/${taskId}`, { signal })).json()
      // What follows in the stream is added to the pieces that came over it, so it must not be known already.
      if (update.output === undefined) delete update.partial_output
      return update
    },
    async cancel(taskId, { signal }) {
      await post(`/jobs/${taskId}/cancel`, {}, signal)
    },
  })
}
