import { request } from '@inferstream/client/backend'
import { aiSdk } from '../src/ai-sdk/ai-sdk-backend.ts'
import { aiSdkServer } from './ai-sdk-server.ts'
import type { Wire } from './wire.ts'

export const aiSdkWire: Wire = {
  name: 'AI SDK',
  promises: { resume: 'replay', cancel: true, logs: true },
  stop: 'by a route of the app',
  carries: { queued: true, logs: true, progress: true, text: true },
  isNumbered: false,
  outputOf: (text) => ({ response: text }),
  async serve(script) {
    const server = await aiSdkServer(script)
    const api = `${server.url}/chat`
    return {
      transport: (fetch) =>
        aiSdk({ api, fetch, stop: (chatId) => request(`${api}/${chatId}/stop`, { method: 'POST', fetch }) }),
      get starts() {
        return server.starts
      },
      forget: (chatId) => server.forget(chatId),
      close: () => server.close(),
    }
  },
}
