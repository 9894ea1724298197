export interface Announcement {
  readonly text: string
  readonly urgency: 'polite' | 'assertive'
}

/**
 * Announces through two visually hidden live regions at the end of the body. They are empty at first: text that is in a live
 * region when it is inserted is not announced.
 */
export interface Announcer {
  readonly say: (text: string, urgency?: Announcement['urgency']) => void
  /** Keeps the regions in the document while at least one caller needs them; returns the release function. */
  readonly attach: () => () => void
  readonly subscribe: (listener: () => void) => () => void
  /** All announcements, oldest first, at most the last 200; a new array after each addition. */
  readonly transcript: () => readonly Announcement[]
}

/** ms a text stays in its region; screen readers have queued it long before. */
const spokenFor = 10_000
/** ms within which equal texts are announced once: two displays may show one run. */
const sameWithin = 500
const longestTranscript = 200

export function createAnnouncer({ silent = false } = {}): Announcer {
  const listeners = new Set<() => void>()
  let transcript: readonly Announcement[] = []
  let users = 0
  let regions: Record<Announcement['urgency'], HTMLElement> | null = null
  let last = { text: '', at: -Infinity }

  return {
    say(text, urgency = 'polite') {
      const at = performance.now()
      if (text === last.text && at - last.at < sameWithin) return
      last = { text, at }
      transcript = [...transcript.slice(1 - longestTranscript), { text, urgency }]
      for (const listener of listeners) listener()
      const region = regions?.[urgency]
      if (!region || silent) return
      const line = document.createElement('div')
      line.textContent = text
      region.append(line)
      setTimeout(() => line.remove(), spokenFor)
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

function liveRegion(urgency: Announcement['urgency']): HTMLElement {
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
    whiteSpace: 'nowrap',
  })
  document.body.append(element)
  return element
}
