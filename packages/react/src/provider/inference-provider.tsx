'use client'

import { createContext, useContext } from 'react'
import type { ReactNode } from 'react'
import type { InferenceClient } from '@inferstream/client'
import { defaultClient, requireClient } from './default-client.ts'

const ClientContext = createContext<InferenceClient | null>(null)

export interface InferenceProviderProps {
  /** What `inference()` returned. A run that is being followed keeps the client it was started with. */
  client: InferenceClient
  children?: ReactNode
}

/** Gives the hooks below it their client. */
export function InferenceProvider({ client, children }: InferenceProviderProps) {
  const checked = requireClient(client)
  // React 18 has no context that is its own provider.
  return <ClientContext.Provider value={checked}>{children}</ClientContext.Provider>
}

/** The client of the nearest provider; without one, a shared client for `/api/inference/proxy`. */
export function useInference(): InferenceClient {
  return useClient(undefined)
}

/** `option`, or what `useInference` says. */
export function useClient(option: InferenceClient | undefined): InferenceClient {
  const provided = useContext(ClientContext)
  return option ? requireClient(option) : (provided ?? defaultClient())
}
