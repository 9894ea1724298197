import { inference } from '@inferencesh/sdk'
import type { AgentChatActions, AgentChatProviderProps, AgentChatState } from '@inferencesh/sdk/agent'
import { AgentChatProvider, useAgentActions, useAgentChat } from '@inferencesh/sdk/agent'
import { createRoot } from 'react-dom/client'

/** The official hooks' result of the last render. */
export interface Seen {
  state: AgentChatState | null
  actions: AgentChatActions | null
}

type Props = Omit<AgentChatProviderProps, 'client' | 'children'> & { baseUrl: string }

/** Mounts the official React provider, unmodified, around a component that exposes the result of its hooks. */
export function mountOfficialChat({ baseUrl, ...props }: Props): { seen: Seen; unmount: () => void } {
  const seen: Seen = { state: null, actions: null }
  function Probe() {
    seen.state = useAgentChat()
    seen.actions = useAgentActions()
    return null
  }
  const client = inference({ apiKey: 'inf_guest', baseUrl })
  const root = createRoot(document.createElement('div'))
  root.render(
    <AgentChatProvider client={client} {...props}>
      <Probe />
    </AgentChatProvider>,
  )
  return { seen, unmount: () => root.unmount() }
}
