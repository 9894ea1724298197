/**
 * The URL of a picture in an output: a string, `url`, `uri`, or either of these under `image`. Only `http:`, `https:`, `blob:`
 * and `data:image/…` are accepted, since others could run script or load arbitrary documents; anything else is undefined.
 */
export function imageUrl(output: unknown): string | undefined {
  if (typeof output === 'string') return isSafe(output) ? output : undefined
  if (typeof output !== 'object' || output === null) return undefined
  const fields: { url?: unknown; uri?: unknown; image?: unknown } = output
  for (const value of [fields.url, fields.uri]) {
    if (typeof value === 'string' && isSafe(value)) return value
  }
  return fields.image === output ? undefined : imageUrl(fields.image)
}

function isSafe(address: string): boolean {
  try {
    const { protocol, pathname } = new URL(address)
    if (protocol === 'data:') return pathname.startsWith('image/')
    return protocol === 'http:' || protocol === 'https:' || protocol === 'blob:'
  } catch {
    return false
  }
}
