'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False on a server and in the render that hydrates its markup: what only the browser knows, like the time zone, comes after. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
