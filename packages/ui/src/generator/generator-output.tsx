'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useState, type ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'
import { GeneratorEnlarge } from './generator-enlarge.tsx'
import { GeneratorImage } from './generator-image.tsx'
import { imageUrl } from './image-url.ts'

// Loaded for an output that is no picture.
const TaskOutput = later(async () => (await import('../task-output/task-output.tsx')).TaskOutput)

export type GeneratorOutputProps = PartProps<'section', GeneratorState>

/** The labelled region of the result, with its space reserved (`--ifs-output-ratio`). Renders a `<section>`. */
export function GeneratorOutput(props: GeneratorOutputProps): ReactNode {
  const { state, stream, messages } = useGenerator('Output')
  const empty = useStreamSelector(stream, (run: TaskState) => run.output === null && run.partialOutput == null)
  const src = useStreamSelector(stream, addressOf)
  const taskId = useStreamSelector(stream, (run: TaskState) => run.taskId)
  const [loaded, setLoaded] = useState<{ of: string | null; src: string }>()
  const [broken, setBroken] = useState<string>()
  const isLost = src !== undefined && broken === src
  // A preview may be gone before it is asked for: the run's one before stays until the next, or the result.
  const kept = isLost && state.active && loaded?.of === taskId ? loaded.src : undefined
  const isBroken = isLost && kept === undefined
  const shown = kept ?? src
  return usePart('section', 'generator-output', state, props, {
    'aria-label': messages.output,
    'aria-busy': state.active,
    children: (
      <>
        {isBroken ? null : (
          <GeneratorImage
            src={shown}
            onLoad={() => shown !== undefined && setLoaded({ of: taskId, src: shown })}
            onError={() => setBroken(src)}
          />
        )}
        {shown === undefined || isBroken ? null : <GeneratorEnlarge src={shown} />}
        <OtherOutput isBroken={isBroken} />
        {empty && !state.active && <p data-slot="generator-empty">{messages.empty}</p>}
      </>
    ),
  })
}

const addressOf = ({ output, partialOutput }: TaskState) => imageUrl(output) ?? imageUrl(partialOutput)

/** Whatever is no picture, or one that could not be loaded. Nothing while the run is active and has sent nothing. */
function OtherOutput({ isBroken }: { isBroken: boolean }) {
  const { state, stream, runInput, messages } = useGenerator('Output')
  const output = useStreamSelector(stream, (run: TaskState) => run.output ?? run.partialOutput ?? null)
  const { prompt } = runInput
  if (output === null || (!isBroken && imageUrl(output) !== undefined)) return null
  return (
    <div data-slot="generator-output-view">
      <TaskOutput
        output={output}
        partial={state.active}
        alt={typeof prompt === 'string' ? prompt : undefined}
        label={messages.output}
        role="group"
      />
    </div>
  )
}
