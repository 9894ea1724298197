'use client'
import { useEffect, useRef, type PointerEvent, type RefObject } from 'react'

type Point = { x: number; y: number }

interface StageActions {
  /** `point`: from the middle of the stage, in CSS pixels. */
  scaleBy: (factor: number, point: Point) => void
  moveBy: (x: number, y: number) => void
}

/** Drag and wheel move; two fingers, and the wheel with Ctrl or ⌘ (which is what a trackpad sends for a pinch), scale. */
export function useStageEvents(stage: RefObject<HTMLDivElement | null>, actions: StageActions) {
  const latest = useRef(actions)
  const pointers = useRef(new Map<number, Point>())
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    const element = stage.current
    if (!element) return undefined
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      if (event.ctrlKey || event.metaKey)
        latest.current.scaleBy(
          Math.exp((-event.deltaY * lines) / 200),
          fromMiddle(element, event.clientX, event.clientY),
        )
      else latest.current.moveBy(-event.deltaX * lines, -event.deltaY * lines)
    }
    // React's own listener is passive, so it could not keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [stage])

  const release = (event: PointerEvent<HTMLDivElement>) => {
    pointers.current.delete(event.pointerId)
  }
  return {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const held = pointers.current
      const before = held.get(event.pointerId)
      if (!before) return
      const after = { x: event.clientX, y: event.clientY }
      held.set(event.pointerId, after)
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1]
      if (!other) {
        latest.current.moveBy(after.x - before.x, after.y - before.y)
        return
      }
      const distance = Math.hypot(before.x - other.x, before.y - other.y)
      const middle = fromMiddle(event.currentTarget, (after.x + other.x) / 2, (after.y + other.y) / 2)
      latest.current.moveBy((after.x - before.x) / 2, (after.y - before.y) / 2)
      if (distance > 0) latest.current.scaleBy(Math.hypot(after.x - other.x, after.y - other.y) / distance, middle)
    },
    onPointerUp: release,
    onPointerCancel: release,
  }
}

function fromMiddle(element: Element, clientX: number, clientY: number): Point {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
}
