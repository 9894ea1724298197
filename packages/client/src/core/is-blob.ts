/** One of another realm too: of a frame, or of a test's DOM beside Node's own. */
export function isBlob(value: object): value is Blob {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag)
  return tag === 'Blob' || tag === 'File'
}
