'use client'
import { useEffect, useMemo, type ReactNode } from 'react'
import { createAnnouncer } from './announcer.ts'
import { mergeMessages } from './merge-messages.ts'
import { safeLocale } from './safe-locale.ts'
import { KitContext, useKit, type Icon, type IconName, type KitMessages } from './kit-context.ts'

export interface KitProviderProps {
  /** Replaces texts of the components; each one that is missing stays English, or the outer provider's. */
  messages?: KitMessages | undefined
  /** BCP 47 tag for numbers, percentages and durations. @defaultValue 'en', or the outer provider's */
  locale?: string | undefined
  /** Replaces icons, by meaning. Each one gets `width`, `height` and `aria-hidden`. */
  icons?: Partial<Record<IconName, Icon>> | undefined
  /** `false` keeps the live regions empty; the transcript of `useAnnouncements` is still recorded. @defaultValue true */
  announce?: boolean | undefined
  children?: ReactNode
}

const none = {}

/** Texts, number formats, icons and announcements for all components inside. Optional; renders no element. */
export function KitProvider({
  messages = none,
  locale,
  icons = none,
  announce = true,
  children,
}: KitProviderProps): ReactNode {
  const outer = useKit()
  const announcer = useMemo(() => createAnnouncer({ silent: !announce }), [announce])
  useEffect(() => announcer.attach(), [announcer])
  const kit = useMemo(
    () => ({
      locale: safeLocale(locale, outer.locale),
      messages: mergeMessages(outer.messages, messages),
      icons: { ...outer.icons, ...icons },
      announcer,
    }),
    [outer, messages, locale, icons, announcer],
  )
  return <KitContext value={kit}>{children}</KitContext>
}
