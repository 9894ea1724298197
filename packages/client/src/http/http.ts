// Where requests go, and with which credentials (protocol §1, §2). The code that sends them is loaded when a client is made,
// so that a page shows before it.
import type { Http, Requests } from './http-types.ts'
import { loadError } from '../core/load-error.ts'
import { retryPolicy } from '../core/retry-policy.ts'
import { InferstreamError } from '../core/errors.ts'
import type { Destination } from './network-error.ts'
import type { Platform } from '../core/platform.ts'
import type { InferenceOptions } from '../core/types.ts'

const service = 'https://api.inference.sh'

export function createHttp(options: InferenceOptions, platform: Platform): Http {
  const { proxyUrl, getToken } = options
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
  // Server runtimes have a WorkerGlobalScope too; only a browser's worker has an address.
  const isBrowser =
    (typeof window === 'object' && typeof window.document === 'object') ||
    ('WorkerGlobalScope' in globalThis && typeof location === 'object')
  const apiKey = options.apiKey ?? (proxyUrl || getToken || isBrowser ? undefined : env['INFERENCE_API_KEY'])
  if (options.apiKey && proxyUrl) {
    throw new InferstreamError('config', 'Pass either apiKey or proxyUrl: a proxy has its own key.')
  }
  if (options.apiKey && isBrowser && !options.dangerouslyAllowBrowser) {
    throw new InferstreamError(
      'config',
      'An apiKey in a browser can be read by every visitor: pass proxyUrl, or dangerouslyAllowBrowser.',
    )
  }
  const baseUrl = (proxyUrl ? service : (options.baseUrl ?? (env['INFERENCE_BASE_URL'] || service))).replace(/\/+$/, '')
  const to: Destination = { url: proxyUrl ?? baseUrl, isProxy: proxyUrl !== undefined }
  const page = typeof location === 'object' ? location.href : undefined
  const given = {
    to,
    retry: retryPolicy(options.retry),
    platform,
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    fetch: ((...args) => (options.fetch ?? fetch)(...args)) satisfies typeof fetch,
  }
  let requests: Requests | undefined
  const load = async () => {
    try {
      const { createRequests } = await import('./requests.ts')
      return (requests ??= createRequests({ ...given, options, baseUrl, apiKey, page }))
    } catch (cause) {
      throw loadError(cause)
    }
  }
  load().catch(() => {})
  const ready = () => requests ?? load()
  return {
    ...given,
    origin: URL.canParse(to.url, page) ? new URL(to.url, page).origin : to.url,
    send: async (...args) => (await ready()).send(...args),
    read: async (...args) => (await (await ready()).readSized(...args)).value,
    readSized: async (...args) => (await ready()).readSized(...args),
    request: async (...args) => (await ready()).request(...args),
    postIdempotent: async (...args) => (await ready()).postIdempotent(...args),
  }
}
