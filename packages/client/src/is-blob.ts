/** One of another realm too: of a frame, or of a test's DOM beside Node's own. */
export function isBlob(value: unknown): value is Blob {
  return ['[object Blob]', '[object File]'].includes(Object.prototype.toString.call(value))
}
