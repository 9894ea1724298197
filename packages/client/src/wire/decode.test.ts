import { describe, expect, it } from 'vitest'
import { createRecordDecoder, formatOf } from './decode.ts'
import type { DecodedRecord, StreamFormat } from './decode.ts'
import { bytesOf, everySplit } from '../../test/every-split.ts'

async function decode(format: StreamFormat, chunks: Iterable<Uint8Array>, maxLength = 1 << 24) {
  const records: unknown[] = []
  const raw: unknown[] = []
  const warnings: string[] = []
  const decoder = await createRecordDecoder(
    format,
    {
      id: () => {},
      retry: () => {},
      warn: (message) => warnings.push(message),
    },
    maxLength,
  )
  const collect = (batch: readonly DecodedRecord[]) => {
    for (const record of batch) {
      records.push(record.event === undefined ? record.data : { event: record.event, data: record.data })
      raw.push(record.raw)
    }
  }
  for (const chunk of chunks) collect(decoder.feed(chunk))
  collect(decoder.end())
  return { records, raw, warnings }
}

const ndjsonRows: { name: string; wire: string; records: unknown[]; warnings?: number }[] = [
  { name: 'LF', wire: '{"a":1}\n{"a":2}\n', records: [{ a: 1 }, { a: 2 }] },
  { name: 'CRLF', wire: '{"a":1}\r\n{"a":2}\r\n', records: [{ a: 1 }, { a: 2 }] },
  { name: 'blank lines', wire: '\n\n{"a":1}\n \n\r\n{"a":2}\n', records: [{ a: 1 }, { a: 2 }] },
  { name: 'a last line without LF that parses', wire: '{"a":1}\n{"a":2}', records: [{ a: 1 }, { a: 2 }] },
  { name: 'a truncated last line', wire: '{"a":1}\n{"a":2', records: [{ a: 1 }] },
  {
    name: 'a malformed line is a warning and does not end the stream',
    wire: '{"a":1}\n{oops\n{"a":2}\n',
    records: [{ a: 1 }, { a: 2 }],
    warnings: 1,
  },
  { name: 'null and other scalars are warnings', wire: 'null\n7\n"x"\n{"a":2}\n', records: [{ a: 2 }], warnings: 3 },
  { name: 'one byte order mark', wire: '\xef\xbb\xbf{"a":1}\n', records: [{ a: 1 }] },
  { name: 'U+2028 in a string', wire: '{"a":"x\u2028y"}\n', records: [{ a: 'x\u2028y' }] },
  { name: 'UTF-8 of every length', wire: '{"a":"Ω€😀"}\n', records: [{ a: 'Ω€😀' }] },
  { name: 'invalid UTF-8', wire: '{"a":"\xff"}\n', records: [{ a: '\uFFFD' }] },
  {
    name: 'a typed line',
    wire: '{"event":"delta","data":{"seq":1}}\n',
    records: [{ event: 'delta', data: { seq: 1 } }],
  },
  {
    name: 'a typed partial keeps its fields',
    wire: '{"event":"tasks","data":{"status":7},"fields":["status"]}\n',
    records: [{ event: 'tasks', data: { data: { status: 7 }, fields: ['status'] } }],
  },
  { name: 'nothing', wire: '', records: [] },
]

describe('NDJSON, wherever the chunks fall', () => {
  it.each(ndjsonRows)('$name', async ({ wire, records, warnings = 0 }) => {
    for (const chunks of everySplit(bytesOf(wire))) {
      const found = await decode('ndjson', chunks)
      expect(found.records).toEqual(records)
      expect(found.warnings).toHaveLength(warnings)
    }
  })

  it('only a line beyond the limit is skipped, with a warning', async () => {
    const wire = `{"a":1}\n{"a":"${'x'.repeat(60)}"}\n{"a":2}\n`
    for (const chunks of everySplit(bytesOf(wire))) {
      const found = await decode('ndjson', chunks, 40)
      expect(found.records).toEqual([{ a: 1 }, { a: 2 }])
      expect(found.warnings).toHaveLength(1)
    }
  })
})

describe('SSE records', () => {
  it('are parsed; a named one is delivered as the NDJSON line of the same meaning', async () => {
    const wire = 'data: {"a":1}\n\nevent: delta\ndata: {"seq":1}\n\ndata: {"a":\ndata: 2}\n\n'
    for (const chunks of everySplit(bytesOf(wire))) {
      const found = await decode('sse', chunks)
      expect(found.records).toEqual([{ a: 1 }, { event: 'delta', data: { seq: 1 } }, { a: 2 }])
      expect(found.raw).toEqual([{ a: 1 }, { event: 'delta', data: { seq: 1 } }, { a: 2 }])
    }
  })

  it('that are not JSON objects are reported and skipped', async () => {
    const found = await decode('sse', [bytesOf('data: [DONE]\n\ndata: null\n\ndata: {"a":1}\n\n')])
    expect(found.records).toEqual([{ a: 1 }])
    expect(found.warnings).toHaveLength(2)
    expect(found.warnings[0]).toContain('[DONE]')
  })
})

describe('one giant event', () => {
  const giant = `{"a":"${'x'.repeat((1 << 24) - 64)}"}`

  it.each<[StreamFormat, string]>([
    ['sse', `data: ${giant}\n\n`],
    ['ndjson', `${giant}\n`],
  ])('of 16 MiB in small chunks is decoded in linear time (%s)', async (format, wire) => {
    const bytes = new TextEncoder().encode(wire)
    const chunks = (size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
    expect((await decode(format, chunks(4_096))).records).toHaveLength(1)
  })
})

it.each([
  ['text/event-stream', 'sse'],
  ['text/event-stream; charset=latin1', 'sse'],
  ['Text/Event-Stream', 'sse'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['text/html', undefined],
  ['application/json', undefined],
  [null, undefined],
])('the content type %s is read as %s', (type, format) => {
  expect(formatOf(type)).toBe(format)
})
