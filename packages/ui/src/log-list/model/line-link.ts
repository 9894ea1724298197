// The hash of a page that names lines of a log: `L120`, `L120-L134`, with a prefix where a page has several logs.

export interface LineLink {
  /** 'build:' of 'build:L120'. */
  readonly prefix: string
  /** Numbers of the first and last line; null if the hash names none. */
  readonly lines: { readonly from: number; readonly to: number } | null
}

/** Highest number that is read: beyond it numbers are not exact. */
const highest = Number.MAX_SAFE_INTEGER

export function readLineLink(hash: string): LineLink {
  const text = hash.replace(/^#/, '')
  const found = /^(?:(.*):)?L(\d{1,16})(?:-L?(\d{1,16}))?$/s.exec(text)
  const prefix = found ? (found[1] === undefined ? '' : `${found[1]}:`) : text.endsWith(':') ? text : ''
  const from = Math.min(highest, Number(found?.[2] ?? 0))
  const to = Math.min(highest, Number(found?.[3] ?? from))
  return { prefix, lines: from > 0 && to > 0 ? { from: Math.min(from, to), to: Math.max(from, to) } : null }
}

export const writeLineLink = ({ prefix, lines }: LineLink): string =>
  lines ? `${prefix}L${lines.from}${lines.to > lines.from ? `-L${lines.to}` : ''}` : prefix
