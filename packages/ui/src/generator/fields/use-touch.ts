'use client'
import { useCallback, useEffect, useRef, type Dispatch, type RefObject, type SetStateAction } from 'react'

/**
 * Marks fields as left. While a pointer is pressed that waits for its release: an error that appears under it would move the button that
 * is being clicked.
 */
export function useTouch(
  setTouched: Dispatch<SetStateAction<ReadonlySet<string>>>,
  box: RefObject<HTMLElement | null>,
): (pointer: string) => void {
  const isPressed = useRef(false)
  const waiting = useRef<string[]>([])
  const add = useCallback(
    (pointers: readonly string[]) => {
      setTouched((before) => (pointers.every((one) => before.has(one)) ? before : new Set([...before, ...pointers])))
    },
    [setTouched],
  )
  useEffect(() => {
    const press = () => {
      isPressed.current = true
    }
    const release = () => {
      isPressed.current = false
      // After the click that the release makes.
      setTimeout(() => add(waiting.current.splice(0)))
    }
    const page = box.current?.ownerDocument
    page?.addEventListener('pointerdown', press, true)
    page?.addEventListener('pointerup', release, true)
    page?.addEventListener('pointercancel', release, true)
    return () => {
      page?.removeEventListener('pointerdown', press, true)
      page?.removeEventListener('pointerup', release, true)
      page?.removeEventListener('pointercancel', release, true)
    }
  }, [add, box])
  return useCallback(
    (pointer: string) => {
      if (isPressed.current) waiting.current.push(pointer)
      else add([pointer])
    },
    [add],
  )
}
