import type { App, AppContext } from './app.ts'
import { fileSchema, hashText, numberOr, objectSchema } from './schema.ts'
import { tqdmBar } from './tqdm.ts'

const frameRate = 30
/** Frames between two preview pictures. */
const shownEvery = 10

export const juliaVideo: App = {
  ref: 'local/julia-video',
  title: 'Julia video',
  description: 'Draws an animated Julia set and encodes it as an MP4. Shows progress only in its log.',
  inputSchema: objectSchema('Input', {
    prompt: { type: 'string', title: 'Prompt', description: 'Determines the shape and its colours.' },
    frames: { type: 'integer', minimum: 1, maximum: 900, default: 60, title: 'Frames' },
    width: { type: 'integer', minimum: 32, maximum: 1_280, default: 640, title: 'Width' },
    height: { type: 'integer', minimum: 32, maximum: 720, default: 360, title: 'Height' },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295, default: 1, title: 'Seed' },
  }),
  outputSchema: objectSchema('Output', {
    url: { type: 'string', format: 'uri', title: 'URL of the video' },
    video: fileSchema('Video', 'video/mp4'),
  }),

  async run(input, context) {
    const prompt = typeof input['prompt'] === 'string' ? input['prompt'].trim().toLowerCase() : ''
    const seed = numberOr(input['seed'], prompt === '' ? 1 : hashText(prompt))
    const frames = numberOr(input['frames'], 60)
    // The encoder accepts only even sizes.
    const width = numberOr(input['width'], 640) & ~1
    const height = numberOr(input['height'], 360) & ~1

    const { createAnimation } = await import('./julia-video/julia.ts')
    context.log(`julia-video: ${frames} frames, ${width}x${height} at ${frameRate} fps, seed ${seed}\n`)
    const encoder = await openEncoder(width, height)
    try {
      const animation = createAnimation(width, height, seed)
      const rgba = new Uint8Array(width * height * 4)
      const started = performance.now()
      const bar = (done: number) =>
        context.log(`\r${tqdmBar('Rendering', done, frames, (performance.now() - started) / 1_000, 'frame')}`)
      bar(0)
      for (let frame = 0; frame < frames; frame++) {
        animation.draw(frame / frames, rgba, () => context.throwIfCancelled())
        encoder.addFrameRgba(rgba)
        bar(frame + 1)
        if (frame % shownEvery === 0) await showFrame(context, rgba, width, height, frame)
      }
      context.log('\nmuxing video/avc1 into video.mp4\n')
      encoder.finalize()
      const bytes = encoder.FS.readFile(encoder.outputFilename)
      const video = context.file(bytes, { filename: 'video.mp4', contentType: 'video/mp4' })
      context.log(`video.mp4: ${video.size.toLocaleString('en')} bytes, ${(frames / frameRate).toFixed(1)} s\n`)
      return { url: video.uri, video }
    } finally {
      encoder.delete()
    }
  },
}

async function openEncoder(width: number, height: number) {
  const { default: h264 } = await import('h264-mp4-encoder')
  const encoder = await h264.createH264MP4Encoder()
  encoder.width = width
  encoder.height = height
  encoder.frameRate = frameRate
  encoder.quantizationParameter = 26
  encoder.speed = 7
  encoder.initialize()
  return encoder
}

/** Publishes the frame as a preview of half the size. */
async function showFrame(context: AppContext, rgba: Uint8Array, width: number, height: number, frame: number) {
  const { encode } = await import('fast-png')
  const small = { width: width >> 1, height: height >> 1 }
  const rgb = new Uint8Array(small.width * small.height * 3)
  for (let y = 0, to = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const from = (y * 2 * width + x * 2) * 4
      for (let channel = 0; channel < 3; channel++) rgb[to++] = rgba[from + channel] ?? 0
    }
  }
  const png = encode({ ...small, data: rgb, channels: 3 })
  context.partial({ frame: context.file(png, { filename: `frame-${frame}.png`, contentType: 'image/png' }) })
}
