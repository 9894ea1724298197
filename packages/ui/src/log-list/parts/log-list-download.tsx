'use client'
import type { ReactNode } from 'react'
import { DownloadIcon } from '../view/icons.ts'
import { documentOf, windowOf } from '../../part/dom.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'
import { rowsText } from '../model/log-text.ts'

export type LogListDownloadProps = PartProps<'button', LogListState>

/** Saves the lines that the filter shows as a file, without escapes. Renders a `<button>`. */
export function LogListDownload(props: LogListDownloadProps): ReactNode {
  const { rows, pending, filename, messages } = useLogTools('Download')
  const save = (button: HTMLElement) => {
    // In a frame or a pop-up the page of the button saves, not this one.
    const { URL, Blob } = windowOf(button)
    const url = URL.createObjectURL(new Blob([rowsText(rows, pending)], { type: 'text/plain;charset=utf-8' }))
    const link = documentOf(button).createElement('a')
    link.href = url
    link.download = filename
    link.click()
    // Revoked after the click has been handled: the browser holds a reference to the data by then.
    setTimeout(() => URL.revokeObjectURL(url), 0)
  }
  return (
    <LogListToggle
      {...props}
      slot="log-list-download"
      label={messages.download}
      icon="download"
      fallback={DownloadIcon}
      onPress={save}
    />
  )
}
