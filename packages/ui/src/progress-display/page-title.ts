// The title of a hidden tab, which all displays of the page share.

/** What each display wants to say, in the order in which they began to. */
const wanted = new Map<object, string>()
let title = ''
/** What was written last; null while the title is the page's own. */
let written: string | null = null

/** Says a text before the title of a hidden tab, until the tab is visible; null takes it back. */
export function sayInTitle(display: object, text: string | null): void {
  if (text === null) wanted.delete(display)
  else if (document.hidden) wanted.set(display, text)
  write()
}

function write(): void {
  // The page has changed it.
  if (written !== null && document.title !== written) written = null
  if (written === null) title = document.title
  const [first] = wanted.values()
  if (first === undefined) {
    if (written !== null) document.title = title
    written = null
    return
  }
  const more = wanted.size > 1 ? ` (+${wanted.size - 1})` : ''
  written = title ? `${first}${more} · ${title}` : `${first}${more}`
  document.title = written
}

function clear(): void {
  wanted.clear()
  write()
}

/** Takes everything back when the tab is shown or hidden; returns the function that stops that. */
export function watchVisibility(): () => void {
  document.addEventListener('visibilitychange', clear)
  return () => document.removeEventListener('visibilitychange', clear)
}
