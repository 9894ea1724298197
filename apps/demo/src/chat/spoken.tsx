import type { AgentReply } from '@inferstream/react'

interface SpokenProps {
  isAnswering: boolean
  /** The last turn that is over. */
  reply: AgentReply | null
  /** The tool that waits for an approval. */
  waiting: string | undefined
}

/** The turns of the conversation for a screen reader: never its tokens. */
export function Spoken({ isAnswering, reply, waiting }: SpokenProps) {
  return (
    <div className="visually-hidden">
      <p role="status">{isAnswering ? 'Assistant is answering' : reply === null ? '' : endOf(reply)}</p>
      <p role="alert">{waiting === undefined ? '' : `Assistant asks: allow ${waiting}?`}</p>
    </div>
  )
}

function endOf({ status, text }: AgentReply): string {
  if (status === 'stopped') return 'Stopped. The text stays.'
  if (status === 'failed') return 'The answer failed.'
  return `Answer complete, ${text.split(/\s+/).filter(Boolean).length} words`
}
