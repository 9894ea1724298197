// The document as the element has it: it may be in a frame, another window or a shadow root, where the globals are others, and
// `instanceof` says no.

/** The document or shadow root of a node. */
export function rootOf(node: Node): Document | ShadowRoot {
  const root = node.getRootNode()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these two have it
  return 'activeElement' in root ? (root as Document | ShadowRoot) : documentOf(node)
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only a document has no owner
export const documentOf = (node: Node): Document => node.ownerDocument ?? (node as Document)

export const windowOf = (node: Node): Window & typeof globalThis => documentOf(node).defaultView ?? window

/** The element that an event is about; null for a document, a window or a text. */
export function elementOf(target: EventTarget | null): HTMLElement | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only elements can be matched
  return target && 'closest' in target ? (target as HTMLElement) : null
}

/** Whether the target of an event takes text or a choice by keyboard. */
export function isField(target: EventTarget | null): boolean {
  const element = elementOf(target)
  return element !== null && (element.isContentEditable || element.matches('input, select, textarea'))
}

/** The last opened dialog that makes everything else inert. */
export function topmostModal(page: Document): Element | null {
  const modals = [...page.querySelectorAll('dialog[open], [aria-modal="true"]')].filter(
    (one) => one.matches('[aria-modal="true"]') || one.matches(':modal'),
  )
  const focused = modals.filter((one) => one.contains(page.activeElement))
  return (focused.length > 0 ? focused : modals).at(-1) ?? null
}
