import { createRandom } from '../../random.ts'

/** A word or a punctuation mark; the end of a paragraph is a separate token. */
const tokenPattern = /[\p{L}\p{N}'’-]+|[.,;:!?]|\n/gu

export interface Model {
  /** Tokens that follow the prompt, without end. The same seed gives the same tokens. */
  generate(prompt: string, seed: number): Generator<string, never>
}

/** Trains a model of order two that falls back to order one. */
export function trainModel(text: string, order = 3): Model {
  const tokens = tokenize(text)
  const followers = new Map<string, string[]>()
  for (let index = 0; index < tokens.length; index++) {
    for (let length = 1; length < order && length <= index; length++) {
      const context = key(tokens.slice(index - length, index))
      const known = followers.get(context)
      if (known) known.push(tokens[index] ?? '')
      else followers.set(context, [tokens[index] ?? ''])
    }
  }
  const beginnings = tokens.flatMap((token, index) => (tokens[index - 1] === '\n' ? [token] : []))

  return {
    *generate(prompt, seed) {
      const random = createRandom(seed)
      const pick = (choices: readonly string[]) => choices[Math.floor(random() * choices.length)] ?? ''
      let context = tokenize(prompt).slice(1 - order)
      for (;;) {
        let choices: readonly string[] = beginnings
        for (let length = Math.min(order - 1, context.length); length > 0; length--) {
          const known = followers.get(key(context.slice(-length)))
          if (!known) continue
          choices = known
          break
        }
        const token = pick(choices)
        context = [...context, token].slice(1 - order)
        yield token
      }
    },
  }
}

/** A token as text after other tokens: words with a space before them, punctuation without. */
export function spell(token: string, before: string): string {
  if (token === '\n') return '\n\n'
  const joins = /^[.,;:!?]$/.test(token) || before === '' || before.endsWith('\n')
  return joins ? token : ` ${token}`
}

function tokenize(text: string): string[] {
  return text.match(tokenPattern) ?? []
}

function key(tokens: readonly string[]): string {
  return tokens.join(' ').toLowerCase()
}
