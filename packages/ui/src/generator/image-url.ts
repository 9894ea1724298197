/**
 * The URL of a picture in an output: a string, `url`, `uri`, or either of these under `image`. Only `http:`, `https:`, `blob:`
 * and `data:image/…` are accepted, since others could run script or load arbitrary documents; anything else is undefined.
 */
export function imageUrl(output: unknown): string | undefined {
  let value = output
  for (let level = 0; level < maxLevels; level++) {
    if (typeof value === 'string') return isSafe(value) ? value : undefined
    if (typeof value !== 'object' || value === null) return undefined
    const fields: { url?: unknown; uri?: unknown; image?: unknown } = value
    for (const address of [fields.url, fields.uri]) {
      if (typeof address === 'string' && isSafe(address)) return address
    }
    value = fields.image
  }
  return undefined
}

/** An output may hold itself. */
const maxLevels = 16

function isSafe(address: string): boolean {
  try {
    const { protocol, pathname } = new URL(address)
    if (protocol === 'data:') return pathname.startsWith('image/')
    return protocol === 'http:' || protocol === 'https:' || protocol === 'blob:'
  } catch {
    return false
  }
}
