import type { AgentMessage } from '@inferstream/react'
import { useState } from 'react'

/** The turns of the conversation for a screen reader: never its tokens. */
export function Spoken({
  status,
  last,
  waiting,
}: {
  status: string
  last: AgentMessage | undefined
  waiting: string | undefined
}) {
  const [wasBusy, setWasBusy] = useState(false)
  const isBusy = status === 'submitted' || status === 'streaming'
  if (isBusy && !wasBusy) setWasBusy(true)
  const words = (last?.parts ?? []).flatMap((part) => (part.type === 'text' ? part.text.split(/\s+/) : [])).length
  const text = isBusy ? 'Assistant is answering' : wasBusy && status === 'idle' ? `Answer complete, ${words} words` : ''
  return (
    <div className="visually-hidden">
      <p role="status">{text}</p>
      <p role="alert">{waiting === undefined ? '' : `Assistant asks: allow ${waiting}?`}</p>
    </div>
  )
}
