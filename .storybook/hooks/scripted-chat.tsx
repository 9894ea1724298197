import type { ReactNode } from 'react'
import { fakeChats, type FakeChats } from '../../packages/client/src/agent/fake-chats.test-helper.ts'
import { inference } from '../../packages/react/src/index.ts'
import { Stepped, type Step } from './stepped.tsx'

export type ChatStep = Step<FakeChats>

/** A page whose agent does what the steps say; what the person allows or denies, it hears at once. */
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

/** The agent wants to call its tool, calls it, was refused, or has the result. */
export function tellCall({ last }: FakeChats, status: string, result?: string) {
  last.tell({ tool_invocations: [{ ...call, status, ...(result === undefined ? {} : { result }) }] })
}

/** As the service last told it; undefined before there was one. */
export function callStatus({ last }: FakeChats): unknown {
  return last.rows.flatMap((row) => row.tool_invocations).find(({ id }) => id === call.id)?.['status']
}

let services = 0

function open() {
  const service = fakeChats()
  service.override = (_method, path) => {
    if (path === `/tools/${call.id}/invoke`) tellCall(service, 'in_progress')
    if (path === `/tools/${call.id}/reject`) tellCall(service, 'cancelled')
    return undefined
  }
  services += 1
  const client = inference({ baseUrl: `https://chat-${services}.example`, fetch: service.fetch, format: 'ndjson' })
  return { service, client }
}

function awaits(service: FakeChats) {
  const chat = service.chats.size > 0 ? service.last : undefined
  if (!chat?.rows.some(({ role, status }) => role === 'assistant' && status === 'pending'))
    return 'Nobody has asked anything: send a message first.'
  return callStatus(service) === 'awaiting_approval' ? 'The agent waits for you: press Allow or Deny.' : null
}
