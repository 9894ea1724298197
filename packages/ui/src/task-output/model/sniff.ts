import type { MediaKind } from './read-output.ts'

/** First bytes of a file, as Latin letters; `.` stands for any. */
const signatures: readonly (readonly [start: string, kind: MediaKind | 'file', type: string])[] = [
  ['\u0089PNG', 'image', 'image/png'],
  ['\u00ff\u00d8\u00ff', 'image', 'image/jpeg'],
  ['GIF8', 'image', 'image/gif'],
  ['RIFF....WEBP', 'image', 'image/webp'],
  ['....ftypavif', 'image', 'image/avif'],
  ['....ftypM4A', 'audio', 'audio/mp4'],
  ['....ftypqt', 'video', 'video/quicktime'],
  ['....ftyp', 'video', 'video/mp4'],
  ['\u001aE\u00df\u00a3', 'video', 'video/webm'],
  ['RIFF....WAVE', 'audio', 'audio/wav'],
  ['ID3', 'audio', 'audio/mpeg'],
  ['\u00ff\u00fb', 'audio', 'audio/mpeg'],
  ['OggS', 'audio', 'audio/ogg'],
  ['fLaC', 'audio', 'audio/flac'],
  ['%PDF', 'file', 'application/pdf'],
  ['PK\u0003\u0004', 'file', 'application/zip'],
  ['glTF', 'file', 'model/gltf-binary'],
]

/** What the first bytes of a file say it is; null if they say nothing. Text, HTML and SVG among it are never told by their bytes. */
export function sniff(bytes: Uint8Array): { readonly kind: MediaKind | 'file'; readonly type: string } | null {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  const found = signatures.find(([signature]) =>
    Array.from(signature).every((char, at) => char === '.' || char === start[at]),
  )
  return found ? { kind: found[1], type: found[2] } : null
}
