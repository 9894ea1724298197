'use client'
import type { TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { HiddenTabTitle } from './hidden-tab-title.tsx'
import { RunAnnouncer } from './run-announcer.tsx'

interface UnseenPartsProps {
  /** The status when the display was mounted. */
  seen: TaskState['status']
  documentTitle: boolean
}

/** Announcements and the title of a hidden tab. */
export function UnseenParts({ seen, documentTitle }: UnseenPartsProps): ReactNode {
  return (
    <>
      <RunAnnouncer seen={seen} />
      {documentTitle && <HiddenTabTitle seen={seen} />}
    </>
  )
}
