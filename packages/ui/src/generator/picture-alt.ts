import type { GeneratorContextValue } from './generator-context.ts'

/** Alternative text of the run's picture: the prompt that the run got, where it has one. */
export function pictureAlt({
  runInput,
  state,
  messages,
}: Pick<GeneratorContextValue, 'runInput' | 'state' | 'messages'>): string {
  const { prompt } = runInput
  const alt = typeof prompt === 'string' && prompt !== '' ? prompt : messages.imageAlt
  return state.active ? messages.previewAlt(alt) : alt
}
