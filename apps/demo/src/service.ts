/** Who answers this page's calls; the server that serves it decides. */
export const service: string = import.meta.env['VITE_SERVICE'] ?? 'local engine'

export const defaultApp = service === 'inference.sh' ? 'infsh/flux-schnell' : 'local/path-tracer'
