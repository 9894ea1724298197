import type { ReactNode } from 'react'
import { scriptedChats, type ScriptedChats } from '../../packages/client/src/testing.ts'
import { inference } from '../../packages/react/src/index.ts'
import { Stepped, type Step } from './stepped.tsx'
import { toolTask, type ToolTask } from './tool-task.ts'

export interface ChatService {
  readonly chats: ScriptedChats
  /** The task of the agent's tool, started once the call is allowed. */
  readonly task: ToolTask
}

export type ChatStep = Step<ChatService>

/** A page whose agent follows the steps; it receives the person's decisions immediately. */
export function ScriptedChat({ steps, children }: { steps: readonly ChatStep[]; children: ReactNode }) {
  return (
    <Stepped open={open} steps={steps} awaits={awaits}>
      {children}
    </Stepped>
  )
}

const call = {
  id: 'call1',
  type: 'app',
  function: { name: 'water_garden', arguments: { litres: 20 } },
}

/** The states of the tool call: waiting for approval, in progress, denied, or completed. */
export function sendCall(
  { chats }: ChatService,
  status: string,
  more: { execution_id?: string; result?: string } = {},
) {
  chats.last.update({ tool_invocations: [{ ...call, status, ...more }] })
}

/** The last status sent by the service; undefined before the call. */
export function callStatus({ chats }: ChatService): unknown {
  return chats.last.rows.flatMap((row) => row.tool_invocations).find(({ id }) => id === call.id)?.['status']
}

let services = 0

function open() {
  services += 1
  const service: ChatService = { chats: scriptedChats(), task: toolTask(`watering-${services}`) }
  const { chats, task } = service
  chats.override = (_method, path) => {
    if (path === `/tools/${call.id}/invoke`) sendCall(service, 'in_progress', { execution_id: task.id })
    if (path === `/tools/${call.id}/reject`) sendCall(service, 'cancelled')
    return task.answer(path)
  }
  const client = inference({ baseUrl: `https://chat-${services}.example`, fetch: chats.fetch, format: 'ndjson' })
  return { service, client }
}

function awaits(service: ChatService) {
  const chat = service.chats.chats.size > 0 ? service.chats.last : undefined
  if (!chat?.rows.some(({ role, status }) => role === 'assistant' && status === 'pending'))
    return 'The chat is empty: send a message first.'
  return callStatus(service) === 'awaiting_approval' ? 'The agent waits for you: press Allow or Deny.' : null
}
