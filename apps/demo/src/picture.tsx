import { useStreamSelector, type UseStreamResult } from '@inferstream/react'

/** The run's picture in a frame of its size: the latest pass while it runs, then the result. */
export function Picture({ stream, prompt }: { stream: UseStreamResult; prompt: string }) {
  const result = useStreamSelector(stream, (run) => pictureUrl(run.output))
  const preview = useStreamSelector(stream, (run) => pictureUrl(run.partialOutput))
  const src = result ?? preview
  return (
    <figure className="picture">
      {src ? (
        <img src={src} alt={result ? prompt : `Preview: ${prompt}`} />
      ) : (
        <figcaption>The picture appears here.</figcaption>
      )}
    </figure>
  )
}

/** An app's picture is a string field `url`, or a file object under `image` (inference.sh uses both forms). */
function pictureUrl(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null) return undefined
  const { url, image }: { url?: unknown; image?: unknown } = output
  if (typeof url === 'string') return url
  if (typeof image === 'string') return image
  if (typeof image !== 'object' || image === null) return undefined
  const { uri }: { uri?: unknown } = image
  return typeof uri === 'string' ? uri : undefined
}
