'use client'
import { useEffect, useState, type ReactNode } from 'react'
import { CheckIcon, CopyIcon } from '../part/icons.ts'
import type { PartProps } from '../part/part.ts'
import { useAnnouncer } from '../provider/use-announcer.ts'
import { useLogList, type LogListState } from './log-list-context.ts'
import { LogListToggle } from './log-list-toggle.tsx'
import { rowsText } from './log-text.ts'

export type LogListCopyProps = PartProps<'button', LogListState>

/** ms the button says that it worked. */
const saidFor = 2_000

/** Copies what is selected in the log, else the lines that are shown by the filter, without escapes. Renders a `<button>`. */
export function LogListCopy(props: LogListCopyProps): ReactNode {
  const { rows, pending, geometry, messages } = useLogList('Copy')
  const announcer = useAnnouncer()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), saidFor)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    await navigator.clipboard.writeText(geometry.selectedText() ?? rowsText(rows, pending))
    setCopied(true)
    announcer.say(messages.copied)
  }
  return (
    <LogListToggle
      {...props}
      slot="log-list-copy"
      label={copied ? messages.copied : messages.copy}
      icon={copied ? 'copied' : 'copy'}
      fallback={copied ? CheckIcon : CopyIcon}
      // A browser that refuses leaves the button as it was: nothing was copied, and nothing says so.
      onPress={() => void copy().catch(() => {})}
    />
  )
}
