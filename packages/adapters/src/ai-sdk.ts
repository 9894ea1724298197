export { agentChatTransport } from './ai-sdk/agent-chat-transport.ts'
export type { AgentChatTransport } from './ai-sdk/agent-chat-transport.ts'
export { aiSdk } from './ai-sdk/ai-sdk-backend.ts'
export type { AiSdkOptions } from './ai-sdk/ai-sdk-backend.ts'
