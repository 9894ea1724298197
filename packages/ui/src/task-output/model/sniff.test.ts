import { expect, it } from 'vitest'
import { sniff } from './sniff.ts'

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

it.each([
  ['\u0089PNG\r\n\u001a\n', 'image', 'image/png'],
  ['\u00ff\u00d8\u00ff\u00e0', 'image', 'image/jpeg'],
  ['RIFF\u0001\u0002\u0003\u0004WEBPVP8 ', 'image', 'image/webp'],
  ['RIFF\u0001\u0002\u0003\u0004WAVEfmt ', 'audio', 'audio/wav'],
  ['\u0000\u0000\u0000\u0020ftypisom', 'video', 'video/mp4'],
  ['\u0000\u0000\u0000\u001cftypM4A ', 'audio', 'audio/mp4'],
  ['\u001aE\u00df\u00a3\u0001', 'video', 'video/webm'],
  ['%PDF-1.7', 'file', 'application/pdf'],
])('%j is recognised', (start, kind, type) => {
  expect(sniff(bytes(start))).toEqual({ kind, type })
})

it.each(['', 'RIFF', '<svg xmlns', '<!doctype html>', 'GIF', '....ftypavif'.slice(0, 6)])(
  '%j says nothing',
  (start) => {
    expect(sniff(bytes(start))).toBeNull()
  },
)
