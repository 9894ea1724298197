import { useEffect } from 'react'

/** Names the tab. The components say in a hidden one how far the run is, and put this title back. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Inferstream`
  }, [title])
}
