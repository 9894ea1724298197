import { createContext, use } from 'react'
import type { LineControl } from './service.ts'

export const LineContext = createContext<LineControl | null>(null)

export function useLine(): LineControl {
  const line = use(LineContext)
  if (!line) throw new Error('The page has no line.')
  return line
}
