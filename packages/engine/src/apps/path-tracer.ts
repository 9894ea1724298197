import type { App, AppContext, FileObject, JsonObject } from './app.ts'
import type { SceneName } from './path-tracer/scene.ts'
import { sceneNames } from './path-tracer/scene.ts'
import { fileSchema, hashText, numberOr, objectSchema } from './schema.ts'

const mostSamples = 256
/** Passes after which a time budget is turned into a number of samples. */
const passesMeasured = 2

export const pathTracer: App = {
  ref: 'local/path-tracer',
  title: 'Path tracer',
  description: 'Renders a picture by path tracing: indirect light, glass, depth of field. Each pass reduces the noise.',
  inputSchema: {
    ...objectSchema('Input', {
      prompt: {
        type: 'string',
        title: 'Prompt',
        description: 'Determines the scene, its arrangement and its colours.',
      },
      width: { type: 'integer', minimum: 16, maximum: 1_920, default: 480, title: 'Width' },
      height: { type: 'integer', minimum: 16, maximum: 1_200, default: 300, title: 'Height' },
      samples: { type: 'integer', minimum: 1, maximum: mostSamples, default: 16, title: 'Samples per pixel' },
      seed: {
        type: 'integer',
        minimum: 0,
        maximum: 4_294_967_295,
        title: 'Seed',
        description: 'By the prompt, where none is given; without a prompt 1.',
      },
      seconds: {
        type: 'number',
        minimum: 1,
        maximum: 120,
        title: 'Time budget (s)',
        description: 'In place of samples: as many as fit, as fast as the first ones were.',
      },
      scene: {
        type: 'string',
        enum: sceneNames,
        title: 'Scene',
        description: 'By the prompt, where none is given; without a prompt marbles.',
      },
    }),
    examples: ['Glass marbles at dusk', 'A studio with two lamps', 'Metal marbles at noon'].map((prompt) => ({
      prompt,
      seconds: 15,
    })),
  },
  outputSchema: objectSchema('Output', {
    url: { type: 'string', format: 'uri', title: 'URL of the picture' },
    image: fileSchema('Picture', 'image/png'),
  }),

  async run(input, context) {
    const settings = settingsOf(input)
    const { width, height, seconds: budget, seed, scene: name } = settings
    let { samples } = settings
    const [{ createScene }, { createRenderer }, { encode }] = await Promise.all([
      import('./path-tracer/scene.ts'),
      import('./path-tracer/renderer.ts'),
      import('fast-png'),
    ])
    const started = performance.now()
    const seconds = () => ((performance.now() - started) / 1_000).toFixed(2)
    const scene = createScene(name, seed)
    const info = (text: string) => context.log(`\u{1b}[2m[${seconds().padStart(6)}s]\u{1b}[0m ${text}\n`)

    info(`scene \u{1b}[36m${name}\u{1b}[0m: ${scene.count} spheres, 1 plane, seed ${seed}`)
    const wanted = budget === null ? `${samples} spp` : `${budget} s`
    info(`integrator: path, max depth 8, Russian roulette from 4, ${wanted} at ${width}×${height}`)

    const show = (pixels: Uint8Array, w: number, h: number, filename: string): FileObject =>
      context.file(encode({ width: w, height: h, data: pixels, channels: 3 }), { filename, contentType: 'image/png' })

    const preview = createRenderer(scene, Math.ceil(width / 4), Math.ceil(height / 4), seed + 1)
    preview.pass(() => context.throwIfCancelled())
    showPartial(context, show(preview.pixels(), Math.ceil(width / 4), Math.ceil(height / 4), 'preview.png'))
    info(`preview at a quarter of the resolution: ${preview.rays.toLocaleString('en')} rays`)

    const renderer = createRenderer(scene, width, height, seed)
    const passesStarted = performance.now()
    for (let pass = 1; pass <= samples; pass++) {
      const before = performance.now()
      const raysBefore = renderer.rays
      renderer.pass(() => context.throwIfCancelled())
      const rate = (renderer.rays - raysBefore) / (performance.now() - before) / 1_000
      if (budget !== null && pass === passesMeasured) {
        const each = (performance.now() - passesStarted) / pass
        const left = budget * 1_000 - (performance.now() - started)
        samples = pass + Math.min(mostSamples - pass, Math.max(1, Math.floor(left / each)))
      }
      // A machine that became slower: what is there is the result.
      if (budget !== null && performance.now() - started > budget * 1_200) samples = pass
      if (pass < samples) showPartial(context, show(renderer.pixels(), width, height, `pass-${pass}.png`))
      // Until the first passes are measured, a budget says nothing of their number.
      const isCounted = budget === null || pass >= passesMeasured
      if (isCounted) context.progress(pass, samples, 'samples')
      info(
        `pass ${String(pass).padStart(String(samples).length)}${isCounted ? `/${samples}` : ''}  \u{1b}[32m${rate.toFixed(2)} Mrays/s\u{1b}[0m`,
      )
      await context.drained()
    }
    const image = show(renderer.pixels(), width, height, 'picture.png')
    info(`done: ${renderer.rays.toLocaleString('en')} rays, ${image.size.toLocaleString('en')} bytes of PNG`)
    return { url: image.uri, image }
  },
}

function showPartial(context: AppContext, image: FileObject): void {
  context.partial({ url: image.uri, image })
}

/** Words of a prompt that name a scene. */
const sceneWords: readonly [RegExp, SceneName][] = [
  [/\b(?:studio|lamps?)\b/i, 'studio'],
  [/\bglass\b/i, 'glass'],
  [/\b(?:marbles?|metal)\b/i, 'marbles'],
]

/** The prompt determines the seed, and the scene unless one is given: the one that it names, else by its hash. */
function settingsOf(input: JsonObject) {
  const prompt = typeof input['prompt'] === 'string' ? input['prompt'].trim() : ''
  const hash = prompt === '' ? null : hashText(prompt.toLowerCase())
  const named = sceneNames.find((name) => name === input['scene'])
  const said = sceneWords.find(([words]) => words.test(prompt))?.[1]
  const byPrompt: SceneName | undefined = said ?? (hash === null ? undefined : sceneNames[hash % sceneNames.length])
  const seconds = input['seconds']
  const hasBudget = typeof seconds === 'number' && seconds > 0
  return {
    width: numberOr(input['width'], 480),
    height: numberOr(input['height'], 300),
    samples: hasBudget ? mostSamples : numberOr(input['samples'], 16),
    seconds: hasBudget ? seconds : null,
    seed: numberOr(input['seed'], hash ?? 1),
    scene: named ?? byPrompt ?? sceneNames[0],
  }
}
