'use client'
import { useEffect, useState, type ReactNode } from 'react'
import { CheckIcon, CopyIcon } from '../view/icons.ts'
import { writeClipboard } from '../../part/clipboard.ts'
import type { PartProps } from '../../part/part.ts'
import { useAnnouncer } from '../../provider/use-announcer.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'
import { rowsText } from '../model/log-text.ts'

export type LogListCopyProps = PartProps<'button', LogListState>

/** How long the button shows the result, in ms. */
const saidFor = 2_000

/** Copies the selection, else the lines that the filter shows, without escapes. Renders a `<button>`. */
export function LogListCopy(props: LogListCopyProps): ReactNode {
  const { rows, pending, geometry, messages } = useLogTools('Copy')
  const announcer = useAnnouncer()
  const [outcome, setOutcome] = useState<'copied' | 'copyRefused' | null>(null)
  useEffect(() => {
    if (!outcome) return undefined
    const timer = setTimeout(() => setOutcome(null), saidFor)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = async (button: HTMLElement) => {
    const text = geometry.selectedText() ?? rowsText(rows, pending)
    const next = await writeClipboard(text, button).then(
      () => 'copied' as const,
      () => 'copyRefused' as const,
    )
    setOutcome(next)
    announcer.say(messages[next])
  }
  return (
    <LogListToggle
      {...props}
      slot="log-list-copy"
      label={messages[outcome ?? 'copy']}
      icon={outcome === 'copied' ? 'copied' : 'copy'}
      fallback={outcome === 'copied' ? CheckIcon : CopyIcon}
      onPress={(button) => void copy(button)}
    />
  )
}
