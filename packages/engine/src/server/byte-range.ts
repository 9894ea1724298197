/** From byte `start` to byte `end`, inclusive. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * One range of a `Range` header (RFC 9110 §14.2). Null if the whole file is to be sent: no header, several ranges,
 * or an invalid one.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(first) > Number(last)) return null
  return start < size && start <= end ? { start, end } : 'unsatisfiable'
}
