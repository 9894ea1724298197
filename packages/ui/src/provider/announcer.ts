import { topmostModal } from './topmost-modal.ts'

export interface Announcement {
  readonly text: string
  readonly urgency: 'polite' | 'assertive'
}

/** What is said of something that has a name: the same said of several within a second is said once, with all names. */
export interface NamedText {
  readonly name: string
  readonly text: (names: string) => string
}

/**
 * Announces through two visually hidden live regions at the end of the body, or of the topmost modal dialog: what is outside of
 * that is silent. They are empty at first: text that is in a live region when it is inserted is not announced.
 */
export interface Announcer {
  readonly say: (text: string | NamedText, urgency?: Announcement['urgency']) => void
  /** Keeps the regions in the document while at least one caller needs them; returns the release function. */
  readonly attach: () => () => void
  readonly subscribe: (listener: () => void) => () => void
  /** All announcements, oldest first, at most the last 200; a new array after each addition. */
  readonly transcript: () => readonly Announcement[]
}

/** ms a text stays in its region; screen readers have queued it long before. */
const spokenFor = 10_000
/** ms before texts are spoken together: also the time a screen reader needs to notice a region that was moved. */
const gatherFor = 100
/** Least ms between two texts of one region. */
const joinWithin = 1_000
const longestTranscript = 200

type Urgency = Announcement['urgency']

interface Waiting {
  /** The text; that of `NamedText` without a name. */
  readonly key: string
  readonly names: string[]
  readonly text: (names: string) => string
}

export function createAnnouncer({ silent = false } = {}): Announcer {
  const listeners = new Set<() => void>()
  let transcript: readonly Announcement[] = []
  let users = 0
  let regions: Record<Urgency, HTMLElement> | null = null
  const waiting: Record<Urgency, Waiting[]> = { polite: [], assertive: [] }
  const lastAt: Record<Urgency, number> = { polite: -Infinity, assertive: -Infinity }

  const speak = (urgency: Urgency) => {
    const text = waiting[urgency].map(({ names, text: of }) => of(names.join(', '))).join('\n')
    waiting[urgency] = []
    lastAt[urgency] = performance.now()
    transcript = [...transcript.slice(1 - longestTranscript), { text, urgency }]
    for (const listener of listeners) listener()
    const region = regions?.[urgency]
    if (!region || silent) return
    const line = document.createElement('div')
    line.textContent = text
    region.append(line)
    setTimeout(() => line.remove(), spokenFor)
  }

  return {
    say(what, urgency = 'polite') {
      const list = waiting[urgency]
      const named = typeof what === 'string' ? { name: '', text: () => what } : what
      const key = named.text('')
      const same = list.find((one) => one.key === key)
      // Two displays may show one run.
      if (same) {
        if (!same.names.includes(named.name)) same.names.push(named.name)
        return
      }
      list.push({ key, names: [named.name], text: named.text })
      if (list.length > 1) return
      if (regions) {
        const host = topmostModal(document) ?? document.body
        for (const region of Object.values(regions)) if (region.parentNode !== host) host.append(region)
      }
      setTimeout(speak, Math.max(gatherFor, lastAt[urgency] + joinWithin - performance.now()), urgency)
    },
    attach() {
      users += 1
      regions ??= { polite: liveRegion('polite'), assertive: liveRegion('assertive') }
      return () => {
        users -= 1
        if (users > 0 || !regions) return
        regions.polite.remove()
        regions.assertive.remove()
        regions = null
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    transcript: () => transcript,
  }
}

function liveRegion(urgency: Urgency): HTMLElement {
  const element = document.createElement('div')
  element.dataset['slot'] = `announcer-${urgency}`
  element.setAttribute('aria-live', urgency)
  element.setAttribute('aria-atomic', 'false')
  // Inline, so that it is hidden without the stylesheet; clipped, because `display: none` disables a live region.
  Object.assign(element.style, {
    position: 'fixed',
    insetBlockStart: '0',
    inlineSize: '1px',
    blockSize: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'pre',
  })
  document.body.append(element)
  return element
}
