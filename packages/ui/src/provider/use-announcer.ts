'use client'
import { useEffect, useSyncExternalStore } from 'react'
import type { Announcement, Announcer } from './announcer.ts'
import { useKit } from './kit-context.ts'

/** The nearest provider's announcer; its regions are in the document while the caller is mounted. */
export function useAnnouncer(): Announcer {
  const { announcer } = useKit()
  useEffect(() => announcer.attach(), [announcer])
  return announcer
}

const none: readonly Announcement[] = []
const nothing = () => none

/** The announcements to assistive technology, oldest first: for tests, and for a visible transcript. */
export function useAnnouncements(): readonly Announcement[] {
  const { announcer } = useKit()
  return useSyncExternalStore(announcer.subscribe, announcer.transcript, nothing)
}
