'use client'
import { useSyncExternalStore, type ComponentType, type ReactNode } from 'react'

/**
 * A component that is loaded once it is mounted. It shows `meanwhile`, or what that makes of the props, until then: on a server, while hydrating, and permanently
 * if loading fails. Unlike `React.lazy` it needs no Suspense, which `renderToString` does not support, and a chunk that fails
 * to load affects nothing else.
 * @param isSure Whether it will certainly be needed: it is then loaded before it is mounted.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode | ((props: Props) => ReactNode) = null,
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
      // The next mount tries again.
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
    if (Loaded) return <Loaded {...props} />
    return typeof meanwhile === 'function' ? meanwhile(props) : meanwhile
  }
}

const none = () => null
