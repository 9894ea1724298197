import type { AgentMessage, AgentPart } from '@inferstream/react'
import { RunCard } from '@inferstream/ui/run-card'
import { memo } from 'react'

/** An unchanged message keeps its identity, so that only the growing one renders. */
export const Message = memo(function Message({
  message,
  decisions,
}: {
  message: AgentMessage
  decisions: Readonly<Record<string, string>>
}) {
  return (
    <article className="message" data-role={message.role} aria-label={message.role === 'user' ? 'You' : 'Assistant'}>
      {message.parts.map((part, index) => (
        <Part
          key={part.type === 'tool-call' ? part.id : index}
          part={part}
          isGrowing={message.status === 'streaming' && index === message.parts.length - 1}
          decision={part.type === 'tool-call' ? decisions[part.id] : ''}
        />
      ))}
      {message.error && <p role="alert">{message.error}</p>}
    </article>
  )
})

interface PartProps {
  part: AgentPart
  /** It is the last one of an answer that is being written. */
  isGrowing: boolean
  decision: string | undefined
}

function Part({ part, isGrowing, decision }: PartProps) {
  if (part.type === 'text') return <p>{part.text}</p>
  if (part.type === 'reasoning') {
    return (
      <details className="muted">
        <summary>
          {isGrowing ? 'Thinking' : part.duration === undefined ? 'Thought' : thoughtFor(part.duration)}
        </summary>
        <p>{part.text}</p>
      </details>
    )
  }
  if (part.type !== 'tool-call') return <p>Attached: {part.type === 'image' ? part.uri : part.file.uri}</p>
  return (
    <section className="tool" aria-label={`Tool ${part.name}`} tabIndex={-1} data-call={part.id}>
      <code>{`${part.name}(${JSON.stringify(part.args)})`}</code>
      <span className="muted">
        {decision ? `${decision} once by you, ${part.status}` : part.status.replaceAll('_', ' ')}
      </span>
      {part.taskId && (
        <RunCard taskId={part.taskId} variant="compact" label={part.name} alt={JSON.stringify(part.args)} />
      )}
      {part.result !== undefined && !part.taskId && <pre>{JSON.stringify(part.result)}</pre>}
    </section>
  )
}

const thoughtFor = (ms: number) => `Thought for ${(ms / 1_000).toFixed(1)} s`
