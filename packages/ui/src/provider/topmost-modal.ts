/** The last opened dialog that makes everything else inert. */
export function topmostModal(page: Document): Element | null {
  const modals = [...page.querySelectorAll('dialog[open], [aria-modal="true"]')].filter(
    (one) => one.matches('[aria-modal="true"]') || one.matches(':modal'),
  )
  const focused = modals.filter((one) => one.contains(page.activeElement))
  return (focused.length > 0 ? focused : modals).at(-1) ?? null
}
