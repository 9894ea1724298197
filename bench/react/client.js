import { inference } from '@inferstream/react'

/** What every variant in React reads the feed with, so that only the hooks differ. */
export const client = inference({ baseUrl: location.origin, maxStreams: Infinity })

export const configOf = (plan) => ({ app: `bench/${plan}`, input: {} })
