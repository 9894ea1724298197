import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    engineUrl: string
  }
}

/** Address of the local engine that runs beside the browser tests. */
export const engineUrl = inject('engineUrl')
