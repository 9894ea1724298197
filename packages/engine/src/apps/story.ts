import type { App } from './app.ts'
import { hashText, numberOr, objectSchema, stringOr } from './schema.ts'

/** Milliseconds per token: reading speed. */
const tokenInterval = 25
/** Tokens between two versions of the stored output, which lags behind the deltas as on the service. */
const storedEvery = 12

export const story: App = {
  ref: 'local/story',
  title: 'Story',
  description: 'Writes a story word by word, with an n-gram model trained on a few pages. It rarely makes sense.',
  inputSchema: objectSchema('Input', {
    prompt: { type: 'string', default: '', title: 'Prompt', description: 'The beginning of the story.' },
    tokens: { type: 'integer', minimum: 1, maximum: 20_000, default: 200, title: 'Tokens' },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 4_294_967_295,
      title: 'Seed',
      description: 'Derived from the prompt if not given.',
    },
  }),
  outputSchema: objectSchema('Output', {
    response: { type: 'string', title: 'The story' },
    usage: {
      type: 'object',
      properties: { prompt_tokens: { type: 'integer' }, completion_tokens: { type: 'integer' } },
    },
  }),

  async run(input, context) {
    const [{ corpus }, { trainModel, spell }] = await Promise.all([
      import('./story/corpus.ts'),
      import('./story/n-gram.ts'),
    ])
    const prompt = stringOr(input['prompt'], '').slice(0, 10_000)
    const tokens = numberOr(input['tokens'], 200)
    const started = performance.now()
    const model = trainModel(corpus)
    context.log(
      `trained on ${corpus.length.toLocaleString('en')} characters in ${(performance.now() - started).toFixed(1)} ms\n`,
    )

    let response = ''
    let count = 0
    for (const token of model.generate(prompt, numberOr(input['seed'], hashText(prompt)))) {
      const piece = spell(token, response)
      response += piece
      count++
      context.delta({ response: piece })
      if (count % storedEvery === 0) {
        context.output({ response })
        context.progress(count, tokens, 'tokens')
      }
      if (count >= tokens) break
      await context.drained()
      await context.sleep(tokenInterval)
    }
    const usage = { prompt_tokens: prompt.split(/\s+/).filter(Boolean).length, completion_tokens: count }
    context.delta({ usage })
    context.log(`${count} tokens\n`)
    return { response, usage }
  },
}
