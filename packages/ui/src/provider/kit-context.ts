'use client'
import { createContext, use, type ComponentType, type SVGProps } from 'react'
import type { Messages } from './messages.ts'

export type Icon = ComponentType<SVGProps<SVGSVGElement>>

/** The icons the components show, by what they mean. */
export type IconName =
  | 'idle'
  | 'queued'
  | 'active'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'offline'
  | 'reconnecting'
  | 'cancel'
  | 'retry'
  | 'run'
  | 'jump'

export interface Kit {
  /** BCP 47 tag for `Intl`; 'en' unless the provider says otherwise, so that server and browser agree. */
  locale: string
  messages: { readonly [Section in keyof Messages]?: Partial<Messages[Section]> }
  icons: Partial<Record<IconName, Icon>>
}

export const KitContext = createContext<Kit>({ locale: 'en', messages: {}, icons: {} })

/** The kit of the nearest provider, or the defaults. */
export const useKit = (): Kit => use(KitContext)
