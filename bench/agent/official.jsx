// The official SDK's React provider, used as in its documentation.
import { inference } from '@inferencesh/sdk'
import { AgentChatProvider, useAgentActions, useAgentChat } from '@inferencesh/sdk/agent'
import { useEffect, useMemo } from 'react'
import { mounted } from '../react/rows.jsx'
import { joined, Messages } from './messages.jsx'

const textOf = ({ content }) => joined(content ?? [])

function Chat({ bench, onReady }) {
  const { messages } = useAgentChat()
  const { sendMessage, loadOlderMessages } = useAgentActions()
  useEffect(() => onReady({ sendMessage, loadOlder: loadOlderMessages }), [onReady, sendMessage, loadOlderMessages])
  return <Messages bench={bench} messages={messages} textOf={textOf} />
}

function Official({ bench, onReady }) {
  const agentConfig = useMemo(() => ({ agent: bench.agent }), [bench])
  return (
    <AgentChatProvider client={bench.client} agentConfig={agentConfig} chatId={bench.chatId}>
      <Chat bench={bench} onReady={onReady} />
    </AgentChatProvider>
  )
}

export function mount(root, bench) {
  bench.client = inference({ apiKey: 'inf_guest', baseUrl: bench.engine })
  return mounted(root, bench, Official)
}
