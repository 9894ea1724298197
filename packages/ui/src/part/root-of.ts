/** The document or shadow root that a node is in: it may be in a frame or another window, where `document` is another. */
export function rootOf(node: Node): Document | ShadowRoot {
  const root = node.getRootNode()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these two have it
  return 'activeElement' in root ? (root as Document | ShadowRoot) : documentOf(node)
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only a document has no owner
export const documentOf = (node: Node): Document => node.ownerDocument ?? (node as Document)
