import type { FileStore } from '../files.ts'
import type { ChatState, Invocation, Message } from './chat-state.ts'
import type { ModelCall, ModelMessage } from './model.ts'
import { receive } from './received-files.ts'

/** How many of the newest messages a model receives. */
const modelMessages = 200

/** A chat as a model reads it: messages, calls and results; nothing queued, cancelled or unfinished. */
export async function conversation(state: ChatState, files: FileStore): Promise<ModelMessage[]> {
  const calls = new Map<string, Invocation>()
  for (const { invocations } of state.messages) {
    for (const invocation of invocations) calls.set(`${invocation.messageId}/${invocation.callId}`, invocation)
  }
  const result: ModelMessage[] = []
  let asked: Message | undefined
  for (const message of state.messages.slice(-modelMessages)) {
    if (message.status !== 'ready') continue
    if (message.role === 'user') {
      const received = await Promise.all(message.attachments.map((attachment) => receive(attachment, files)))
      result.push({ role: 'user', text: message.text, files: received })
    } else if (message.role === 'assistant') {
      asked = message
      result.push({
        role: 'assistant',
        text: message.text,
        calls: message.invocations.filter(hasResult).map(modelCall),
      })
    } else {
      const call = calls.get(`${asked?.id ?? ''}/${message.callId ?? ''}`)
      if (!call) continue
      const { callId, name, status } = call
      result.push({ role: 'tool', callId, name, arguments: call.arguments, status, text: message.text })
    }
  }
  return result
}

/** A model would refuse a call that a stop left without a result. */
function hasResult({ result }: Invocation): boolean {
  return result !== null
}

function modelCall({ callId, name, arguments: args }: Invocation): ModelCall {
  return { callId, name, arguments: args }
}
