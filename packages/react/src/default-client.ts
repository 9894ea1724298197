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
  if (typeof run === 'function' && typeof tasks?.stream === 'function') return client
  throw new InferstreamError(
    'config',
    'This client is not an Inferstream client: pass what inference() of @inferstream/react returns, not its options.',
  )
}

/** What was thrown as an error of ours; where the default proxy path is not served, with what to do about it. */
export function explain(thrown: unknown, client: InferenceClient): InferstreamError {
  const error =
    thrown instanceof InferstreamError
      ? thrown
      : new InferstreamError('server', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
  if (client !== shared || !(error.code === 'not_found' || error.code === 'protocol')) return error
  return error
}
