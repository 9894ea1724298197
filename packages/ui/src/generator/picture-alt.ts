import type { GeneratorContextValue } from './generator-context.ts'

/** Alternative text of the run's picture: the prompt, where the input has one. */
export function pictureAlt({ input, messages }: Pick<GeneratorContextValue, 'input' | 'messages'>): string {
  const { prompt } = input
  return typeof prompt === 'string' && prompt !== '' ? prompt : messages.imageAlt
}
