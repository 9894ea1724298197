import { describe, expect, it } from 'vitest'
import { readOutput, type OutputView } from './read-output.ts'

const host = 'https://cloud.example/files'

/** The kinds of a view, as text. */
function shape(view: OutputView): unknown {
  if (view.kind === 'group') return view.parts.map(({ key, view: part }) => `${key}:${JSON.stringify(shape(part))}`)
  if (view.kind === 'gallery') return `gallery ${view.files.length}`
  return view.kind
}

describe('an output', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', null, 'none'],
    ['an empty object', {}, 'none'],
    ['an empty text', '', 'none'],
    ['an empty list', [], 'none'],
    ['a text', 'a lake', 'text'],
    ['a number', 42, 'text'],
    ['false', false, 'text'],
    ['an address of a picture', `${host}/a.png`, 'image'],
    ['with a query', `${host}/a.webp?token=1.2`, 'image'],
    ['in capitals', `${host}/A.JPG`, 'image'],
    ['of a video', `${host}/a.mp4`, 'video'],
    ['of a sound', `${host}/x.wav`, 'audio'],
    ['of a document', `${host}/x.pdf`, 'file'],
    ['of anything', `${host}/01m8cm17`, 'unknown'],
    ['relative to the page', '/files/a.png', 'image'],
    ['a path that is a text', '/usr/bin/env', 'text'],
    ['relative under a key', { uri: 'files/a.png' }, 'image'],
    ['relative to a folder above', { url: '../a.mp4' }, 'video'],
    ['a query', { url: '?f=1' }, 'unknown'],
    ['code with a line end in it', { url: ' java\nscript:alert(1)' }, 'unsafe'],
    ['a telephone number', { url: 'tel:123' }, 'unsafe'],
    ['an address with its line end', `${host}/a.png\n`, 'image'],
    ['a text with an address', `see ${host}/a.png`, 'text'],
    ['a data address of a picture', 'data:image/png;base64,AAAA', 'image'],
    ['a data address of a page', 'data:text/html,<script>alert(1)</script>', 'unsafe'],
    ['an address that is code', { url: 'javascript:alert(1)' }, 'unsafe'],
    ['a local file', { uri: 'file:///etc/passwd' }, 'unsafe'],
    ['another host without a scheme', { uri: '//evil.example/a.png' }, 'unsafe'],
    ['a page', `${host}/index.html`, 'unsafe'],
    ['a page by its type', { uri: `${host}/x`, content_type: 'text/html; charset=utf-8' }, 'unsafe'],
    ['a file with its type', { uri: `${host}/x`, content_type: 'video/mp4', size: 3 }, 'video'],
    ['a file by its name', { url: `${host}/x`, filename: 'a.flac' }, 'audio'],
    ['a file under a key', { audio: `${host}/x.wav` }, 'audio'],
    ['a file twice', { url: `${host}/x`, image: { uri: `${host}/x`, content_type: 'image/png' } }, 'image'],
    ['a text under a key', { response: 'Hello.' }, 'text'],
    ['pictures', [`${host}/a.png`, `${host}/b.png`, `${host}/c.png`], 'gallery 3'],
    ['pictures under a key', { images: [{ url: `${host}/a.png` }, { url: `${host}/b.png` }] }, 'gallery 2'],
    ['one picture in a list', [{ url: `${host}/a.png` }], 'image'],
    ['a picture and a seed', { image: `${host}/a.png`, seed: 7 }, ['image:"image"', ':"json"']],
    ['a video and a sound', { video: `${host}/a.mp4`, sound: `${host}/a.mp3` }, ['video:"video"', 'sound:"audio"']],
    ['a long text and numbers', { text: 'a\nb', tokens: 2 }, ['text:"text"', ':"json"']],
    [
      'pictures with a seed each',
      { images: [1, 2].map((seed) => ({ url: `${host}/${seed}.png`, seed })) },
      ['1–2:"gallery 2"', ':"json"'],
    ],
    [
      'files with a seed each',
      [1, 2].map((seed) => ({ image: { uri: `${host}/${seed}.png` }, seed })),
      ['1–2:"gallery 2"', ':"json"'],
    ],
    [
      'videos with a seed each',
      [1, 2].map((seed) => ({ url: `${host}/a.mp4`, seed })),
      [1, 2].map((at) => `${at}:["url:\\"video\\"",":\\"json\\""]`),
    ],
    ['pages with a title each', [1, 2].map((at) => ({ url: `${host}/${at}`, title: 'a' })), 'json'],
    ['documents', ['# A\n\ntext', '# B\n\ntext'], ['1:"text"', '2:"text"']],
    // oxlint-disable-next-line no-sparse-arrays -- what a page may hand over
    ['a list with a hole', [, 1], 'json'],
    ['a date', new Date(0), 'text'],
    ['an error', new TypeError('no'), 'text'],
    ['a map', new Map([['image', `${host}/a.png`]]), 'image'],
    ['a set', new Set([`${host}/a.png`, `${host}/b.png`]), 'gallery 2'],
    ['values', { a: 1, b: { c: [1, 2] } }, 'json'],
    ['a list of values', [1, 2, 3], 'json'],
    ['a list of texts', ['a', 'b'], 'json'],
    [
      'a value that looks like a file',
      { url: `${host}/a.png`, prompt: 'a lake', steps: 3 },
      ['url:"image"', ':"json"'],
    ],
    ['keys of every object', { constructor: 1, toString: 2 }, 'json'],
  ])('that is %s', (_, output, expected) => {
    expect(shape(readOutput(output))).toEqual(expected)
  })

  it.each([
    ['javascript:alert(1)', true],
    ['data:text/html,<p>', true],
    [`${host}/index.html`, true],
    ['tel:123', false],
    ['data:text/plain,hello', false],
    ['//evil.example/a.png', false],
  ])('that is not shown says whether it could run code: %s', (url, runsCode) => {
    expect(readOutput({ url })).toMatchObject({ kind: 'unsafe', runsCode })
  })

  it('may hold itself, be deep or large', () => {
    const cyclic: Record<string, unknown> = { seed: 1 }
    cyclic['self'] = cyclic
    expect(readOutput(cyclic).kind).toBe('json')
    let deep: unknown = `${host}/a.png`
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep }
    expect(readOutput(deep).kind).toBe('json')
    expect(readOutput('x'.repeat(50_000_000)).kind).toBe('text')
    expect(shape(readOutput(Array.from({ length: 10_000 }, (_, at) => `${host}/${at}.png`)))).toBe('json')
  })

  it('has the facts of a file', () => {
    expect(
      readOutput({
        uri: `${host}/x?y`,
        filename: 'lake.png',
        content_type: 'image/png',
        size: 3,
        width: 480,
        height: 300,
      }),
    ).toEqual({
      kind: 'image',
      file: { url: `${host}/x?y`, name: 'lake.png', type: 'image/png', size: 3, width: 480, height: 300 },
    })
    expect(readOutput({ uri: `${host}/a%20b.png`, size: -1, width: 'wide' })).toMatchObject({
      file: { name: 'a b.png', size: null, width: null },
    })
  })
})
