import type { Http } from '../../http/http-types.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import type { Platform } from '../../core/platform.ts'
import type { Resources } from '../transport.ts'
import type { InferenceOptions } from '../../core/types.ts'

/** What HTTP has beside runs; each part is loaded on its first use. */
export function httpResources(
  http: Http,
  connection: ConnectionOptions,
  options: InferenceOptions,
  platform: Platform,
): Resources {
  const { statusTable, onEvent, onWarning } = options
  return {
    logs: async (taskId, signal) => (await resources()).readLogs(http, taskId, signal),
    list: async (page, signal) => (await resources()).listTasks(http, page, statusTable, signal),
    getApp: async (ref, signal) => (await resources()).getApp(http, ref, signal),
    listApps: async (signal) => (await resources()).listApps(http, signal),
    upload: async (data, upload) => (await import('../../http/uploads.ts')).uploadFile(http, data, upload),
    async openAgent(target, agentOptions) {
      const { httpChatIo, openAgent } = await import('../../agent/http-agent.ts')
      const io = httpChatIo(http, connection, platform)
      const setup = { io, platform, target, options: agentOptions, onEvent, onWarning }
      return (chatId, unsent) => openAgent({ ...setup, chatId, unsent })
    },
  }
}

function resources() {
  return import('./resources.ts')
}
