import { InferstreamError, inference } from '@inferstream/client'
import type { InferenceClient } from '@inferstream/client'

const proxyUrl = '/api/inference/proxy'

let shared: InferenceClient | undefined

/** The client of every hook that has neither a provider nor a `client`: the reference's proxy path. */
export function defaultClient(): InferenceClient {
  shared ??= inference({ proxyUrl })
  return shared
}

/** @throws InferstreamError `config` when the value is not what `inference()` returns */
export function requireClient(client: InferenceClient): InferenceClient {
  const { run, tasks } = (client ?? {}) as Partial<InferenceClient>
  if (run && tasks?.stream) return client
  throw new InferstreamError(
    'config',
    'This is no Inferstream client: pass what inference() of @inferstream/react returns, not its options.',
  )
}
