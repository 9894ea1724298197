import { inference, useAgent } from '@inferstream/react'
import { useEffect } from 'react'
import { mounted } from '../react/rows.jsx'
import { joined, Messages } from './messages.jsx'

const textOf = ({ parts }) => joined(parts)

function Ours({ bench, onReady }) {
  const { client, agent, chatId } = bench
  const { messages, sendMessage, loadOlder } = useAgent(agent, { client, chatId })
  useEffect(() => onReady({ sendMessage, loadOlder }), [onReady, sendMessage, loadOlder])
  return <Messages bench={bench} messages={messages} textOf={textOf} />
}

export function mount(root, bench) {
  bench.client = inference({ baseUrl: bench.engine })
  return mounted(root, bench, Ours)
}
