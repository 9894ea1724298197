'use client'
import { useStreamSelector, type TaskState, type UsageEvent } from '@inferstream/react'
import type { ReactNode } from 'react'
import type { RunSource } from '../progress-display/run-source.ts'
import { useKit } from '../provider/kit-context.ts'

/** What a run has used, as the service sent it. Renders nothing where it sent nothing. */
export function RunUsage({ stream }: { stream: RunSource }): ReactNode {
  const usage = useStreamSelector(stream, usageOf)
  const { locale } = useKit()
  if (!usage || usage.length === 0) return null
  const text = ({ type, model, quantity, unit }: UsageEvent) => {
    const amount = Number.isFinite(quantity) ? new Intl.NumberFormat(locale, allDigits).format(quantity) : ''
    return [[type, model].filter(Boolean).join(' '), [amount, unit].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(': ')
  }
  return (
    <p data-slot="run-usage" dir="auto">
      {usage.slice(0, 20).map(text).join(' · ')}
    </p>
  )
}

/** A price of a fraction of a cent is not rounded. */
const allDigits = { maximumSignificantDigits: 15 }

const usageOf = ({ usage }: TaskState) => usage
