// The document as the element has it: it may be in a frame, another window or a shadow root, where the globals are others, and
// `instanceof` says no.
import { documentOf } from './root-of.ts'

export { documentOf, rootOf } from './root-of.ts'

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
