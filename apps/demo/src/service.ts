/** The service behind this page's proxy, set by its server. */
export const service: string = import.meta.env['VITE_SERVICE'] ?? 'the local engine'

export const defaultApp = service === 'inference.sh' ? 'infsh/flux-schnell' : 'local/path-tracer'

/** The proxy serves single apps and not the list of them. */
export const knownApps: readonly string[] =
  service === 'inference.sh'
    ? ['infsh/flux-schnell', 'google/veo-3-1-fast']
    : [
        'local/path-tracer',
        'local/julia-video',
        'local/story',
        'local/tone',
        'local/gallery',
        'local/report',
        'local/echo',
      ]

/** The local path tracer gets a visible number of passes; other apps get only the prompt. */
export function inputFor(app: string, prompt: string): { prompt: string; samples?: number } {
  return app.startsWith('local/path-tracer') ? { prompt, samples: 64 } : { prompt }
}

export const chatAgent = service === 'inference.sh' ? 'my-org/assistant@latest' : 'local/assistant'
