'use client'
import { useSyncExternalStore, type ComponentType, type ReactNode } from 'react'

/**
 * A component that is loaded once it is in the document, and shows `meanwhile` until then: on a server, while hydrating, and
 * for good where it cannot be loaded. Unlike `React.lazy` it needs no Suspense, which `renderToString` does not know, and a
 * chunk that is gone takes nothing else with it.
 * @param isSure It will be needed: a page begins to load it before it is in the document, so that it need not come after the
 * rest.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode = null,
  isSure = false,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  let loading = false
  const listeners = new Set<() => void>()

  const begin = async () => {
    loading = true
    try {
      loaded = await load()
    } catch {
      // The next one that is mounted tries again.
      loading = false
    }
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    if (!loading) void begin()
    return () => listeners.delete(listener)
  }
  const current = () => loaded
  if (isSure && typeof document === 'object') void begin()

  return function Later(props: Props): ReactNode {
    const Loaded = useSyncExternalStore(subscribe, current, none)
    return Loaded ? <Loaded {...props} /> : meanwhile
  }
}

const none = () => null
