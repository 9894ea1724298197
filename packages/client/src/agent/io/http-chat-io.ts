import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { loadError } from '../../core/load-error.ts'
import type { Platform } from '../../core/platform.ts'
import type { Http } from '../../http/http-types.ts'
import type { ChatIo } from '../chat-io.ts'
import { chatApi } from './chat-api.ts'
import { connectChat } from './connect-chat.ts'

export function httpChatIo(http: Http, options: ConnectionOptions, platform: Platform): ChatIo {
  return {
    api: chatApi(http, platform),
    connect: (chatId, session, isCurrent) => connectChat({ chatId, session, http, options, platform, isCurrent }),
    async upload(file, signal) {
      const { uploadFile } = await import('../../http/uploads.ts').catch((cause) => {
        throw loadError(cause)
      })
      return uploadFile(http, file, { signal })
    },
    scope: http,
    isShared: true,
  }
}
