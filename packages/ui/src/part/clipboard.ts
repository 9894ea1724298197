import { windowOf } from './dom.ts'

/**
 * Rejects if the browser refuses. Pages without https have no `navigator.clipboard`, but can handle a `copy` event.
 * @param button what was pressed: a window without the focus may not write
 */
export async function writeClipboard(text: string, button: Element): Promise<void> {
  const page = windowOf(button)
  const { clipboard } = page.navigator as { clipboard?: Clipboard }
  if (clipboard) return clipboard.writeText(text)
  let isTaken = false
  const answer = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
    isTaken = true
  }
  page.addEventListener('copy', answer, true)
  page.document.execCommand('copy')
  page.removeEventListener('copy', answer, true)
  if (!isTaken) throw new Error('refused')
}
