import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: 26 lower-case base32 characters, sorted by creation time (protocol §1; the layout is ULID's). */
export function createId(now: number = Date.now()): string {
  let time = ''
  for (let rest = now; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time
  let random = ''
  for (const byte of randomBytes(16)) random += alphabet.charAt(byte & 31)
  return time + random
}

export function shortId(id: string): string {
  return id.slice(0, 8)
}
