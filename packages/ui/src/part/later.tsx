'use client'
import { useSyncExternalStore, type ComponentType, type ReactNode } from 'react'

/**
 * A component that is loaded once it is mounted. `Meanwhile` stands in its place until then, with the same props: on a server, while
 * hydrating, and permanently if loading fails. Unlike `React.lazy` it needs no Suspense, which `renderToString` does not support, and a
 * chunk that fails to load affects nothing else.
 * @param isSure Whether it will certainly be needed: it is then loaded before it is mounted.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Meanwhile: ComponentType<Props> = none,
  isSure = false,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  let loading: Promise<void> | undefined
  const listeners = new Set<() => void>()

  const begin = async () => {
    try {
      loaded = await load()
    } catch {
      // The next mount tries again.
      loading = undefined
    }
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    loading ??= begin()
    return () => listeners.delete(listener)
  }
  const current = () => loaded
  if (isSure && typeof document === 'object') loading = begin()

  return function Later(props: Props): ReactNode {
    const Shown = useSyncExternalStore(subscribe, current, none) ?? Meanwhile
    return <Shown {...props} />
  }
}

const none = () => undefined
