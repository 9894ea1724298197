import { describe, expect, it } from 'vitest'
import { bytesOf, everySplit } from '../../test/every-split.ts'
import { sseDecoder } from './sse.ts'

type Found = string | { id: string } | { retry: number } | { warning: string }

/** Events as `name|id|data`, ids and retries as objects, in order of arrival. */
function decode(chunks: Iterable<Uint8Array>, maxLength = 1 << 24): Found[] {
  const found: Found[] = []
  const decoder = sseDecoder(
    {
      text: (data, event = '', id = '') => found.push(`${event}|${id}|${data}`),
      line: () => {},
      id: (id) => found.push({ id }),
      retry: (retry) => found.push({ retry }),
      warn: (warning) => found.push({ warning }),
    },
    maxLength,
  )
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  for (const chunk of chunks) decoder.feed(utf8.decode(chunk, { stream: true }))
  decoder.feed(utf8.decode())
  decoder.end()
  return found
}

// HTML, 9.2.5 and 9.2.6. In `wire`, \xNN is one byte; characters beyond U+00FF are their UTF-8.
const rows: { name: string; wire: string; events: Found[] }[] = [
  { name: 'LF', wire: 'data: a\n\ndata: b\n\n', events: ['||a', '||b'] },
  { name: 'CR', wire: 'data: a\r\rdata: b\r\r', events: ['||a', '||b'] },
  { name: 'CRLF', wire: 'data: a\r\n\r\ndata: b\r\n\r\n', events: ['||a', '||b'] },
  { name: 'mixed endings', wire: 'data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\r', events: ['||a\nb\nc', '||d'] },
  { name: 'a blank line of CR only at the very end', wire: 'data: x\r\r', events: ['||x'] },
  { name: 'LF, then CR at the very end', wire: 'data: x\n\r', events: ['||x'] },
  {
    name: 'other line separators are data',
    wire: 'data: a\u2028b\xc2\x85c\x0bd\x0ce\n\n',
    events: ['||a\u2028b\u0085c\vd\fe'],
  },
  { name: 'one byte order mark is dropped', wire: '\xef\xbb\xbfdata: a\n\n', events: ['||a'] },
  {
    name: 'a second one is part of a field name',
    wire: '\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n',
    events: ['||b'],
  },
  { name: 'a later one is data', wire: 'data: a\n\ndata: \xef\xbb\xbfb\n\n', events: ['||a', '||\uFEFFb'] },
  { name: 'characters of two, three and four bytes', wire: 'data: Ω€😀\n\n', events: ['||Ω€😀'] },
  { name: 'invalid bytes become U+FFFD', wire: 'data: a\xffb\n\n', events: ['||a\uFFFDb'] },
  { name: 'an overlong form', wire: 'data: \xc0\xaf\n\n', events: ['||\uFFFD\uFFFD'] },
  { name: 'an encoded surrogate', wire: 'data: \xed\xa0\x80\n\n', events: ['||\uFFFD\uFFFD\uFFFD'] },
  { name: 'two data lines are joined', wire: 'data: a\ndata: b\n\n', events: ['||a\nb'] },
  { name: 'empty data lines', wire: 'data\ndata:\n\n', events: ['||\n'] },
  { name: 'a lone empty data line is an event', wire: 'data\n\n', events: ['||'] },
  { name: 'only one leading space is removed', wire: 'data:  a\n\ndata:b\n\n', events: ['|| a', '||b'] },
  { name: 'a colon in the value', wire: 'data: a: b\n\n', events: ['||a: b'] },
  { name: 'unknown and wrong-case fields', wire: 'Data: x\nDATA: y\nfoo: z\ndata: a\n\n', events: ['||a'] },
  { name: 'a field with a space before the colon', wire: 'data : x\ndata: a\n\n', events: ['||a'] },
  { name: 'comments', wire: ': hello\n:\ndata: a\n:x\n\n', events: ['||a'] },
  { name: 'comments alone', wire: ':\n\n: heartbeat\n\n', events: [] },
  { name: 'an event name', wire: 'event: delta\ndata: a\n\ndata: b\n\n', events: ['delta||a', '||b'] },
  { name: 'an event name without data', wire: 'event: delta\n\ndata: b\n\n', events: ['||b'] },
  { name: 'the last event name counts', wire: 'event: a\nevent: b\ndata: x\n\n', events: ['b||x'] },
  { name: 'an id', wire: 'id: 1\ndata: a\n\ndata: b\n\n', events: [{ id: '1' }, '|1|a', '||b'] },
  {
    name: 'an empty id resets',
    wire: 'id: 1\ndata: a\n\nid\ndata: b\n\n',
    events: [{ id: '1' }, '|1|a', { id: '' }, '||b'],
  },
  { name: 'an id-only block counts', wire: 'id: 7\n\n', events: [{ id: '7' }] },
  { name: 'an id with NUL is ignored', wire: 'id: 1\x002\ndata: a\n\n', events: ['||a'] },
  { name: 'an unfinished event is dropped together with its id', wire: 'data: a\n\nid: 9\ndata: b\n', events: ['||a'] },
  { name: 'retry', wire: 'retry: 1500\n\n', events: [{ retry: 1500 }] },
  { name: 'retry of other digits', wire: 'retry: 15s\nretry: -1\nretry: \u0661\nretry:\n\n', events: [] },
  { name: 'nothing', wire: '', events: [] },
]

describe('server-sent events, wherever the chunks fall', () => {
  it.each(rows)('$name', ({ wire, events }) => {
    for (const chunks of everySplit(bytesOf(wire))) expect(decode(chunks)).toEqual(events)
  })

  it('a retry of 400 digits is a number that can be clamped', () => {
    expect(decode([bytesOf(`retry: ${'9'.repeat(400)}\n\n`)])).toEqual([{ retry: Infinity }])
  })
})

describe('bounds', () => {
  const tooLong = 'x'.repeat(60)
  const wire = `data: a\n\nid: 3\ndata: ${tooLong}\ndata: more\ndata: ${tooLong}\n\ndata: b\n\ndata: c\n\n`

  it('only an event beyond the limit is skipped, with a warning', () => {
    for (const ending of ['\n', '\r', '\r\n']) {
      for (const chunks of everySplit(bytesOf(wire.replaceAll('\n', ending)))) {
        const found = decode(chunks, 48)
        expect(found.filter((one) => typeof one === 'string')).toEqual(['||a', '||b', '||c'])
        expect(found.some((one) => typeof one === 'object' && 'warning' in one)).toBe(true)
      }
    }
  })

  it('an event of too many lines is skipped', () => {
    const found = decode([bytesOf(`${'data: 1234567890\n'.repeat(250_000)}\n\ndata: b\n\n`)])
    expect(found.filter((one) => typeof one === 'string')).toEqual(['||b'])
  })

  it('a million unknown fields are no event, and the event after them is delivered', () => {
    expect(decode([bytesOf(`${'foo: 1\n'.repeat(1_000_000)}\ndata: b\n\n`)]).at(-1)).toBe('||b')
  })
})
