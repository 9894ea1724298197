// What an output is: a picture, a sound, a text, or several of these. A pure function of untrusted JSON: bounded, without throwing.

import { isMarkdown } from './markdown-text.ts'

export type MediaKind = 'image' | 'video' | 'audio'

export interface OutputFile {
  /** `http:`, `https:`, `blob:`, `data:` of a picture, a sound or a video, or relative to the page's origin. */
  readonly url: string
  readonly name: string | null
  /** Media type, without parameters. */
  readonly type: string | null
  /** Bytes. */
  readonly size: number | null
  /** px */
  readonly width: number | null
  readonly height: number | null
}

export type OutputView =
  | { readonly kind: 'none' }
  /** `unknown`: a file whose type its address does not tell. */
  | { readonly kind: MediaKind | 'file' | 'unknown'; readonly file: OutputFile }
  /** Not shown. `file` is null if its address cannot be opened either. */
  | { readonly kind: 'unsafe'; readonly address: string; readonly file: OutputFile | null; readonly runsCode: boolean }
  | { readonly kind: 'gallery'; readonly files: readonly OutputFile[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'group'; readonly parts: readonly OutputPart[] }

export interface OutputPart {
  readonly key: string
  readonly view: OutputView
}

const none: OutputView = { kind: 'none' }
/** Parts and files that are looked at. */
const most = 200
/** Levels of objects in which files are looked for. */
const deepest = 4
/** Characters from which a string beside others is a section of its own. */
const longText = 120

/** By the ends of names; the media type follows where it is another. */
const extensions = new Map(
  Object.entries({
    image: 'png jpg:jpeg jpeg gif webp avif svg:svg+xml bmp',
    video: 'mp4 m4v:mp4 webm mov:quicktime ogv:ogg',
    audio: 'mp3:mpeg wav ogg oga:ogg flac m4a:mp4 aac opus',
    text: 'html htm:html csv txt:plain',
    application: 'xhtml:xhtml+xml pdf zip json safetensors:octet-stream',
    model: 'glb:gltf-binary',
  }).flatMap(([kind, names]) =>
    names.split(' ').map((name) => {
      const [extension = '', type = extension] = name.split(':')
      return [extension, `${kind}/${type}`] as const
    }),
  ),
)
const codeType = /^(?:text\/html|application\/xhtml\+xml|text\/javascript|application\/javascript)$/
/** Whatever stands around it. */
const codeAddress = /script:|^\s*data:[^,]*(?:ht|x)ml/i

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

/** Values that are no JSON are shown as what JSON would make of them, where it says something. */
export function readOutput(output: unknown): OutputView {
  return viewOf(output, 0)
}

function viewOf(value: unknown, depth: number): OutputView {
  if (value === null || value === undefined || value === '') return none
  if (typeof value === 'string') return addressView(value) ?? { kind: 'text', text: value }
  if (value instanceof Date || value instanceof Error) return { kind: 'text', text: String(value) }
  if (value instanceof Map) return viewOf(Object.fromEntries(value), depth)
  if (value instanceof Set) return viewOf([...value], depth)
  if (typeof value === 'object') return Array.isArray(value) ? listView(value, depth) : objectView(value, depth)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return { kind: 'text', text: String(value) }
  return none
}

/** Null for a text that is no address of a file. */
function addressView(given: string): OutputView | null {
  if (given.length > 100_000 && !given.startsWith('data:')) return null
  // A program prints it with its line end.
  const text = given.trim()
  const isRelative = /^\/(?!\/)\S*\.\w{2,11}(?:[?#]\S*)?$/.test(text) && typeByName(text) !== null
  const isAbsolute = /^(?:https?:\/\/|blob:)\S+$/i.test(text)
  if (isRelative || isAbsolute || /^data:[\w.+/-]+[;,]/i.test(text)) return fileView(fileOf(text, {}))
  return null
}

function objectView(value: object, depth: number): OutputView {
  if (!isObject(value)) return none
  const address = textOf(value['uri']) ?? textOf(value['url'])
  const isFile = address !== null && Object.keys(value).every((key) => fileKeys.has(key))
  if (isFile) return fileView(fileOf(address, value))
  if (depth >= deepest) return { kind: 'json', value }
  const keys = Object.keys(value)
  if (keys.length === 0) return none
  if (keys.length === 1) {
    const only = viewOf(value[keys[0]!], depth + 1)
    return only.kind === 'json' || only.kind === 'none' ? { kind: 'json', value } : only
  }
  return groupView(value, keys, depth)
}

const fileKeys = new Set(
  (
    'uri url path filename name content_type contentType mime_type type size width height ' +
    'id created_at updated_at file_size file_name format duration'
  ).split(' '),
)
/** Kinds that stand beside others without a section of their own. */
const plainKinds: ReadonlySet<string> = new Set(['none', 'json', 'text'])

function groupView(value: Readonly<Record<string, unknown>>, keys: readonly string[], depth: number): OutputView {
  const parts: OutputPart[] = []
  const rest = new Map<string, unknown>()
  for (const key of keys) {
    const view = parts.length < most ? viewOf(value[key], depth + 1) : none
    const isOwn = !plainKinds.has(view.kind) || (view.kind === 'text' && isLong(view.text))
    if (isOwn) parts.push({ key, view })
    else rest.set(key, value[key])
  }
  if (parts.length === 0) return { kind: 'json', value }
  const apart = withoutRepeats(parts)
  if (rest.size === 0) return apart.length === 1 ? apart[0]!.view : { kind: 'group', parts: apart }
  return { kind: 'group', parts: [...apart, { key: '', view: { kind: 'json', value: Object.fromEntries(rest) } }] }
}

const isLong = (text: string) => text.length > longText || text.includes('\n')

/** One file is often there twice: by its address, and with all that is known of it. */
function withoutRepeats(parts: readonly OutputPart[]): OutputPart[] {
  const known = new Map<string, OutputPart>()
  const kept: OutputPart[] = []
  for (const part of parts) {
    const { view } = part
    const url = 'file' in view && view.file ? view.file.url : null
    const before = url === null ? undefined : known.get(url)
    if (!before) {
      kept.push(part)
      if (url !== null) known.set(url, part)
    } else if (before.view.kind === 'unknown' && view.kind !== 'unknown') {
      kept[kept.indexOf(before)] = part
      known.set(url!, part)
    }
  }
  return kept
}

function listView(list: readonly unknown[], depth: number): OutputView {
  if (list.length === 0) return none
  if (depth >= deepest || list.length > most) return { kind: 'json', value: list }
  const views = [...list].map((value) => viewOf(value, depth + 1))
  if (list.length === 1) return views[0]!.kind === 'json' ? { kind: 'json', value: list } : views[0]!
  const files = views.flatMap((view) => (view.kind === 'image' || view.kind === 'unknown' ? [view.file] : []))
  if (files.length === list.length) return { kind: 'gallery', files }
  const pictures = views.flatMap(pictureWithValues)
  if (pictures.length === list.length) {
    const gallery: OutputPart = {
      key: `1–${list.length}`,
      view: { kind: 'gallery', files: pictures.map(({ file }) => file) },
    }
    return {
      kind: 'group',
      parts: [gallery, { key: '', view: { kind: 'json', value: pictures.map(({ rest }) => rest) } }],
    }
  }
  if (!views.some(standsApart)) return { kind: 'json', value: list }
  return {
    kind: 'group',
    parts: views.map((view, index) => ({
      key: String(index + 1),
      view: view.kind === 'none' ? { kind: 'json', value: list[index] } : view,
    })),
  }
}

/** Of a view, what makes it one of several pictures that each have values of their own, such as a seed. */
function pictureWithValues(view: OutputView): readonly { file: OutputFile; rest: unknown }[] {
  if (view.kind === 'image') return [{ file: view.file, rest: {} }]
  if (view.kind !== 'group' || view.parts.length !== 2) return []
  const [first, second] = view.parts
  if (first?.view.kind !== 'image' || second?.key !== '' || second.view.kind !== 'json') return []
  return [{ file: first.view.file, rest: second.view.value }]
}

/** Whether an item of a list is shown as itself, and not as a value in a tree. */
function standsApart(view: OutputView): boolean {
  if (view.kind === 'text') return isLong(view.text) || isMarkdown(view.text)
  // A page's address beside a title is no picture.
  if (view.kind === 'group') return view.parts.some((part) => part.view.kind !== 'unknown' && standsApart(part.view))
  return 'file' in view || view.kind === 'gallery'
}

function fileOf(address: string, about: Readonly<Record<string, unknown>>): OutputFile {
  const name = textOf(about['filename']) ?? textOf(about['file_name']) ?? textOf(about['name']) ?? nameOf(address)
  const given = textOf(about['content_type']) ?? textOf(about['contentType']) ?? textOf(about['mime_type'])
  const data = /^data:([\w.+-]+\/[\w.+-]+)/i.exec(address)?.[1]
  return {
    url: address,
    name,
    type: (data ?? given?.split(';')[0] ?? typeByName(address) ?? typeByName(name ?? ''))?.trim().toLowerCase() ?? null,
    size: numberOf(about['size']) ?? numberOf(about['file_size']),
    width: numberOf(about['width']),
    height: numberOf(about['height']),
  }
}

const plainPath = (address: string) => address.replace(/[?#].*$/s, '')

function typeByName(address: string): string | null {
  const extension = /\.(\w{2,11})$/.exec(plainPath(address))?.[1]?.toLowerCase() ?? ''
  return extensions.get(extension) ?? null
}

function nameOf(address: string): string | null {
  if (/^(?:data|blob):/i.test(address)) return null
  const last = plainPath(address).split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last) || null
  } catch {
    return last || null
  }
}

function fileView(file: OutputFile): OutputView {
  const { url, type } = file
  const canOpen = isSafe(url)
  const runsCode = canOpen ? type !== null && codeType.test(type) : codeAddress.test(url)
  if (!canOpen || runsCode) return { kind: 'unsafe', address: url.slice(0, 200), file: canOpen ? file : null, runsCode }
  const kind = type?.split('/')[0]
  if (kind === 'image' || kind === 'video' || kind === 'audio') return { kind, file }
  return { kind: type === null ? 'unknown' : 'file', file }
}

/** Read as a browser reads it: without spaces around it and line ends in it, relative to some page. */
function isSafe(address: string): boolean {
  try {
    const { protocol, hostname, href } = new URL(address, 'https://page.invalid/')
    if (protocol === 'data:') return /^data:(?:image|audio|video)\//i.test(href)
    if (protocol === 'blob:') return true
    // `//host/…` goes elsewhere and looks as if it did not.
    return /^https?:/.test(protocol) && (/^\s*http/i.test(address) || hostname === 'page.invalid')
  } catch {
    return false
  }
}
