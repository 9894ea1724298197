import type { InferenceClient } from '@inferstream/react'
import { createContext, use } from 'react'

export const ClientContext = createContext<InferenceClient | null>(null)

/** The client of this page, for what no hook asks. */
export function useClient(): InferenceClient {
  const client = use(ClientContext)
  if (!client) throw new Error('The page has no client.')
  return client
}
