'use client'
import { useLayoutEffect, useState, type RefObject } from 'react'
import { shallowEqual } from '../../progress-display/shallow-equal.ts'
import type { LineProbe } from '../model/log-line.ts'
import type { Metrics } from '../model/log-view-position.ts'

/** Cells in the probe: enough to measure a fraction of a pixel per cell. */
export const probeText = 'M'.repeat(100)

/** The grid's measurements, updated on resize, zoom and font loading; null before the first one. */
export function useMetrics(viewport: RefObject<HTMLDivElement | null>, probe: LineProbe): Metrics | null {
  const [metrics, setMetrics] = useState<Metrics | null>(null)
  useLayoutEffect(() => {
    const elements = [viewport.current, probe.content.current, probe.text.current]
    const measure = () => {
      const [seen, line, text] = elements
      if (!seen || !line || !text) return
      const { width, height } = text.getBoundingClientRect()
      const cell = width / probeText.length
      const room = seen.clientHeight - paddingOf(seen)
      if (!(cell > 0) || !(height > 0) || room <= 0) return
      const columns = Math.max(1, Math.floor((line.getBoundingClientRect().width + 0.01) / cell))
      const next: Metrics = { rowHeight: height, height: room, columns, cell }
      setMetrics((known) => (known && shallowEqual(known, next) ? known : next))
    }
    measure()
    if (typeof ResizeObserver === 'undefined') return undefined
    const observer = new ResizeObserver(measure)
    for (const element of elements) if (element) observer.observe(element)
    return () => observer.disconnect()
  }, [viewport, probe])
  return metrics
}

/** px of padding above and below; sticky content is placed inside it. */
function paddingOf(element: HTMLElement): number {
  const { paddingTop, paddingBottom } = getComputedStyle(element)
  return (Number.parseFloat(paddingTop) || 0) + (Number.parseFloat(paddingBottom) || 0)
}
