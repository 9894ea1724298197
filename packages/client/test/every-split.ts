/** All ways in which a test cuts bytes: uncut, byte by byte, and in two at every offset. */
export function* everySplit(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes]
  yield Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
}

/** `\xNN` escapes become bytes; all other characters are encoded as UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(
    Buffer.from(
      text.replaceAll(/[^\0-\u00FF]/gu, (char) => Buffer.from(char).toString('latin1')),
      'latin1',
    ),
  )
}
