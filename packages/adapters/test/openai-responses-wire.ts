import { openAIResponses } from '../src/openai-responses.ts'
import { responsesServer } from './responses-server.ts'
import type { Wire } from './wire.ts'

export const openAIResponsesWire: Wire = {
  name: 'OpenAI responses',
  promises: { resume: 'cursor', cancel: true, logs: false },
  stop: 'yes',
  carries: { queued: true, logs: false, progress: false, text: true },
  isNumbered: true,
  outputOf: (text) => ({ response: text }),
  async serve(script) {
    const server = await responsesServer(script)
    return {
      transport: (fetch) => openAIResponses({ baseUrl: server.url, fetch }),
      get starts() {
        return server.starts
      },
      forget: (taskId) => server.forget(taskId),
      close: () => server.close(),
    }
  },
}
