import { createContext, use } from 'react'
import type { Service } from './service.ts'

export const ServiceContext = createContext<Service | null>(null)

/** The client of this page, for what no hook asks, and the line that it talks over. */
export function useService(): Service {
  const service = use(ServiceContext)
  if (!service) throw new Error('The page has no service.')
  return service
}
