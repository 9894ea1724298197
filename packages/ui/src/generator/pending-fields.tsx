'use client'
import { useLayoutEffect } from 'react'
import { useGenerator } from './generator-context.ts'

/** Three fields at their final height, while the app's are not known. An input that nobody has seen is not sent. */
export function PendingFields({ label }: { label?: string }) {
  const { setReady } = useGenerator('Fields')
  useLayoutEffect(() => {
    setReady(false)
    return () => setReady(true)
  }, [setReady])
  return (
    <div data-slot="generator-fields" role="status" aria-label={label} aria-busy="true">
      {[0, 1, 2].map((index) => (
        <div key={index} data-slot="generator-skeleton" />
      ))}
    </div>
  )
}
