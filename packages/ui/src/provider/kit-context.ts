'use client'
import { createContext, use, type ComponentType, type SVGProps } from 'react'
import { createAnnouncer, type Announcer } from './announcer.ts'
import type { DeepPartial } from './merge-messages.ts'
import type { Messages } from './messages.ts'

export type Icon = ComponentType<SVGProps<SVGSVGElement>>

/** The icons of the components, by meaning. */
export type IconName =
  | 'idle'
  | 'queued'
  | 'active'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'offline'
  | 'cancel'
  | 'retry'
  | 'run'
  | 'jump'
  | 'previous'
  | 'next'
  | 'regex'
  | 'matchCase'
  | 'wrap'
  | 'softWrap'
  | 'time'
  | 'copy'
  | 'copied'
  | 'download'
  | 'follow'
  | 'warning'
  | 'more'
  | 'fullScreen'
  | 'fold'
  | 'link'

export type KitMessages = DeepPartial<Messages>

export interface Kit {
  /** BCP 47 tag for `Intl`; 'en' unless a provider sets another, so that server and browser agree. */
  locale: string
  messages: KitMessages
  icons: Partial<Record<IconName, Icon>>
  announcer: Announcer
}

export const KitContext = createContext<Kit>({ locale: 'en', messages: {}, icons: {}, announcer: createAnnouncer() })

/** The kit of the nearest provider, or the defaults. */
export const useKit = (): Kit => use(KitContext)
