import type { App, FileObject } from './app.ts'
import { fileSchema, hashText, numberOr, objectSchema, stringOr } from './schema.ts'

const width = 320
const height = 200

export const gallery: App = {
  ref: 'local/gallery',
  title: 'Gallery',
  description: 'Draws several Julia sets, one after the other; each is published as soon as it is there.',
  inputSchema: objectSchema('Input', {
    prompt: { type: 'string', title: 'Prompt', default: 'a lake at dusk' },
    count: { type: 'integer', minimum: 1, maximum: 24, default: 4, title: 'Pictures' },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295, title: 'Seed' },
  }),
  outputSchema: objectSchema('Output', { images: { type: 'array', items: fileSchema('Picture', 'image/png') } }, [
    'images',
  ]),

  async run(input, context) {
    const count = numberOr(input['count'], 4)
    const seed = numberOr(input['seed'], hashText(stringOr(input['prompt'], '')))
    const { createAnimation } = await import('./julia-video/julia.ts')
    const { encode } = await import('fast-png')
    const images: FileObject[] = []
    for (let index = 0; index < count; index++) {
      context.log(`picture ${index + 1}/${count}, seed ${seed + index}\n`)
      const rgba = new Uint8Array(width * height * 4)
      createAnimation(width, height, seed + index).draw(index / count, rgba, () => context.throwIfCancelled())
      const png = encode({ width, height, data: rgba, channels: 4 })
      images.push(context.file(png, { filename: `picture-${index + 1}.png`, contentType: 'image/png' }))
      context.progress(index + 1, count, 'picture')
      if (index + 1 < count) context.output({ images })
    }
    return { images }
  },
}
