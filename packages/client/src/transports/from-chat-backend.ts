import type { AdHocAgent, AgentOptions } from '../agent/agent-types.ts'
import { InferstreamError } from '../core/errors.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform } from '../core/platform.ts'
import { retryPolicy } from '../core/retry-policy.ts'
import type { InferenceOptions, Transport } from '../core/types.ts'
import type { ChatBackend } from './chat-backend.ts'
import type { TaskTransport } from './transport.ts'

/**
 * Chats over any backend: `inference({ transport: fromChatBackend(backend) }).agent(ref)`, and `useAgent` with that client. A lost
 * connection is made again as for runs; every turn ends. Such a client has no runs: `run()` is refused with `config`.
 */
export function fromChatBackend<TCursor>(backend: ChatBackend<TCursor>): Transport {
  return chatTransport(backend, hostPlatform)
}

export function chatTransport<TCursor>(
  backend: ChatBackend<TCursor>,
  platform: Platform,
  options: InferenceOptions = {},
): TaskTransport & Required<Pick<TaskTransport, 'resources'>> {
  const limits = { retry: retryPolicy(options.retry), idleTimeoutMs: options.idleTimeoutMs ?? 45_000 }
  const scope = {}
  const refusal = () =>
    new InferstreamError('config', `The backend ${backend.kind} has chats only: use agent() or useAgent.`)
  const refuse = async () => {
    throw refusal()
  }
  return {
    kind: backend.kind,
    withOptions: (given) => chatTransport(backend, platform, given),
    confirmsEnd: false,
    resume: backend.promises.resume,
    start: refuse,
    cancel: refuse,
    read: refuse,
    connect(sink) {
      sink.fail(refusal())
      return () => {}
    },
    resources: async () => ({
      logs: refuse,
      list: refuse,
      getApp: refuse,
      listApps: refuse,
      upload: refuse,
      async openAgent(target: string | AdHocAgent, agentOptions: AgentOptions) {
        const { openBackendAgent } = await import('./open-backend-agent.ts')
        const { onEvent, onWarning } = options
        return openBackendAgent(backend, { platform, limits, scope, target, options: agentOptions, onEvent, onWarning })
      },
    }),
  }
}
