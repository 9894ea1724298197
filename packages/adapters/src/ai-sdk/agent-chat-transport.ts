export interface AgentChatTransport {}
export function agentChatTransport(): AgentChatTransport {
  return {}
}
