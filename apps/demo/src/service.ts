/** Who answers this page's calls; the server that serves it decides. */
export const service: string = import.meta.env['VITE_SERVICE'] ?? 'the local engine'

export const defaultApp = service === 'inference.sh' ? 'infsh/flux-schnell' : 'local/path-tracer'

/** The local path tracer gets enough passes to be worth watching; other apps get what was typed and nothing else. */
export function inputFor(app: string, prompt: string): { prompt: string; samples?: number } {
  return app.startsWith('local/path-tracer') ? { prompt, samples: 64 } : { prompt }
}

export const chatAgent = service === 'inference.sh' ? 'my-org/assistant@latest' : 'local/assistant'
