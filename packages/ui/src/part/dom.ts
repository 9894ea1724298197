// The document as the element has it: it may be in a frame, another window or a shadow root, where the globals are others.

/** The document or shadow root of a node. */
export function rootOf(node: Node): Document | ShadowRoot {
  const root = node.getRootNode()
  return 'activeElement' in root ? (root as Document | ShadowRoot) : documentOf(node)
}

export const documentOf = (node: Node): Document => node.ownerDocument ?? (node as Document)

export const windowOf = (node: Node): Window & typeof globalThis => documentOf(node).defaultView ?? window

/** Whether the target of an event takes text or a choice by keyboard. */
export function isField(target: EventTarget | null): boolean {
  const element = target as Partial<HTMLElement> | null
  return element?.isContentEditable === true || element?.matches?.('input, select, textarea') === true
}

/** The last opened dialog that makes everything else inert. */
export function topmostModal(page: Document): Element | null {
  const modals = [...page.querySelectorAll('dialog[open], [aria-modal="true"]')].filter(
    (one) => one.matches('[aria-modal="true"]') || one.matches(':modal'),
  )
  const focused = modals.filter((one) => one.contains(page.activeElement))
  return (focused.length > 0 ? focused : modals).at(-1) ?? null
}
