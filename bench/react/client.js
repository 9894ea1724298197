import { inference } from '@inferstream/react'

/** The client that all React variants share, so that only the hooks differ. */
export const client = inference({ baseUrl: location.origin, maxStreams: Infinity })

export const configOf = (plan) => ({ app: `bench/${plan}`, input: {} })
