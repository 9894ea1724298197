// What an agent over HTTP is made of, as one chunk.
export { httpChatIo } from './io/http-chat-io.ts'
export { openAgent } from './open-agent.ts'
