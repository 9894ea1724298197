import { useCallback, useEffect, useRef, useState } from 'react'

/** px from the end that still count as the end. */
const near = 24

/** How far the end of the content is below what can be seen of its box, or of the page. */
function distanceToEnd(content: Element, box: Element): number {
  const end = box === document.documentElement ? window.innerHeight : box.getBoundingClientRect().bottom
  return content.getBoundingClientRect().bottom - end
}

/** Keeps the end of a growing element in view until the reader scrolls up; its box or the page scrolls. */
export function useFollowEnd() {
  const [isFollowing, setFollowing] = useState(true)
  const content = useRef<HTMLDivElement>(null)
  const follow = useRef(true)
  const set = useCallback((next: boolean) => {
    follow.current = next
    setFollowing(next)
  }, [])
  const toEnd = useCallback(() => {
    set(true)
    content.current?.scrollIntoView({ block: 'end' })
  }, [set])
  useEffect(() => {
    const element = content.current
    if (!element) return undefined
    const before = new WeakMap<Element, number>()
    const onScroll = ({ target }: Event) => {
      const box = target === document ? document.documentElement : target
      if (!(box instanceof Element) || !box.contains(element)) return
      // Growth never moves the content down: only the reader does.
      if (box.scrollTop < (before.get(box) ?? 0) && distanceToEnd(element, box) > near) set(false)
      else if (distanceToEnd(element, box) <= near) set(true)
      before.set(box, box.scrollTop)
    }
    const growth = new ResizeObserver(() => {
      if (follow.current) element.scrollIntoView({ block: 'end' })
    })
    growth.observe(element)
    document.addEventListener('scroll', onScroll, { capture: true, passive: true })
    return () => {
      growth.disconnect()
      document.removeEventListener('scroll', onScroll, { capture: true })
    }
  }, [set])
  return { content, isFollowing, toEnd }
}
