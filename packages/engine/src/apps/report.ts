import type { App } from './app.ts'
import { fileSchema, objectSchema, stringOr } from './schema.ts'

const sample =
  'The lake lay still. A heron stood at its edge, and waited. The lake did not move, and the heron did not move.'

export const report: App = {
  ref: 'local/report',
  title: 'Report',
  description: 'Counts the words of a text: nested values, and the same as a CSV file.',
  inputSchema: objectSchema('Input', {
    text: { type: 'string', title: 'Text', maxLength: 100_000, default: sample },
    file: {
      type: 'string',
      format: 'file',
      contentMediaType: 'text/plain',
      title: 'Text file',
      description: 'In place of the text.',
    },
    top: { type: 'integer', minimum: 1, maximum: 1_000, default: 10, title: 'Words listed' },
  }),
  outputSchema: objectSchema('Output', {
    counts: { type: 'object', title: 'Counts' },
    words: { type: 'array', title: 'Words' },
    table: fileSchema('Table', 'text/csv'),
  }),

  run(input, context) {
    const { file } = input
    const text = typeof file === 'string' && file !== '' ? textOf(context.read(file)) : stringOr(input['text'], sample)
    const words = [...text.toLowerCase().matchAll(/[\p{L}\p{M}']+/gu)].map(([word]) => word)
    const found = new Map<string, { count: number; places: number[] }>()
    for (const [place, word] of words.entries()) {
      const known = found.get(word) ?? { count: 0, places: [] }
      known.count += 1
      if (known.places.length < 5) known.places.push(place + 1)
      found.set(word, known)
    }
    const listed = [...found]
      .toSorted(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
      .slice(0, typeof input['top'] === 'number' ? input['top'] : 10)
      .map(([word, { count, places }]) => ({ word, count, share: count / words.length, places }))
    context.log(`${words.length} words, ${found.size} different\n`)
    const csv = ['word,count', ...listed.map(({ word, count }) => `"${word}",${count}`), ''].join('\n')
    const table = context.file(new TextEncoder().encode(csv), { filename: 'words.csv', contentType: 'text/csv' })
    const sentences = text.split(/[.!?]+/).filter((sentence) => sentence.trim() !== '').length
    return Promise.resolve({
      counts: { characters: text.length, words: words.length, different: found.size, sentences },
      words: listed,
      table,
    })
  },
}

function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  if (text.includes('\0')) throw new Error('The file is not a text.')
  return text
}
