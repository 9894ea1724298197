/** True for a Blob or File of any realm: also of an iframe, or of a test DOM next to Node's own. */
export function isBlob(value: object): value is Blob {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag)
  return tag === 'Blob' || tag === 'File'
}
