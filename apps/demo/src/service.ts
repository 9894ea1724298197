import { inference, type InferenceClient } from '@inferstream/react'

/** Who answers: set by the server of this page, or by its build. */
export const service: string = import.meta.env['VITE_SERVICE'] ?? 'the local engine'

export const isRemote = service === 'inference.sh'
export const isRecorded = service === 'recorded runs'

export interface KnownApp {
  ref: string
  name: string
  does: string
  /** Seconds that a run takes on two cores, before this browser has seen one. */
  usual?: number
  /** What the form begins with. */
  input?: Record<string, unknown>
}

/** The proxy serves single apps and not the list of them. */
export const knownApps: readonly KnownApp[] = isRemote
  ? [
      { ref: 'infsh/flux-schnell', name: 'FLUX schnell', does: 'A picture' },
      { ref: 'google/veo-3-1-fast', name: 'Veo 3.1 fast', does: 'A video' },
    ]
  : [
      {
        ref: 'local/path-tracer',
        name: 'Path tracer',
        does: 'A picture, pass by pass',
        usual: 16,
        input: { prompt: 'A glass sphere between two marbles', seconds: 15 },
      },
      {
        ref: 'local/julia-video',
        name: 'Julia set',
        does: 'A video, frame by frame',
        usual: 8,
        input: { prompt: 'Slow spirals', frames: 120 },
      },
      { ref: 'local/story', name: 'Story', does: 'A text, word by word', usual: 6 },
      { ref: 'local/tone', name: 'Melody', does: 'A sound', usual: 1 },
      { ref: 'local/gallery', name: 'Gallery', does: 'Four pictures', usual: 1 },
      { ref: 'local/report', name: 'Report', does: 'Values and a file', usual: 1 },
    ]

export const defaultApp: KnownApp = knownApps[0]!

export const chatAgent = isRemote ? 'my-org/assistant@latest' : 'local/assistant'

/** What the demo does to the way to its service. */
export interface LineControl {
  cut(ms: number): Promise<unknown>
  slow(bytesPerSecond: number | null): Promise<unknown>
  /** Another tab, or this one before a reload, may have made it slow. */
  isSlow(): Promise<boolean>
}

const post = (body: object) =>
  fetch('/api/line', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

export interface Service {
  client: InferenceClient
  line: LineControl
}

/** The client of all pages, and the line that it talks over. */
export async function connect(onBytes: (text: string) => void): Promise<Service> {
  const recorded = isRecorded ? (await import('./recorded/recorded-service.ts')).recordedService() : null
  const ask: typeof fetch = recorded?.fetch ?? ((...request) => fetch(...request))
  const client = inference({
    ...(recorded ? { baseUrl: 'http://recorded.invalid' } : { proxyUrl: '/api/inference/proxy' }),
    idleTimeoutMs: 6_000,
    fetch: async (...request) => watched(await ask(...request), onBytes),
  })
  const line = recorded?.line ?? {
    cut: (ms: number) => post({ cut: ms }),
    slow: (bytesPerSecond: number | null) => post({ bytesPerSecond }),
    isSlow: async () => {
      const answer: unknown = await (await fetch('/api/line')).json()
      return typeof Object(answer).bytesPerSecond === 'number'
    },
  }
  return { client, line }
}

/** The same answer, whose text is read along when it is a stream. */
function watched(answer: Response, onBytes: (text: string) => void): Response {
  const type = answer.headers.get('content-type') ?? ''
  if (!answer.body || !/event-stream|ndjson/.test(type)) return answer
  const decoder = new TextDecoder()
  const body = answer.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        onBytes(decoder.decode(chunk, { stream: true }))
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers })
}
