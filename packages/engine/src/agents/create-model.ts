import { createRuleModel } from './assistant/rule-model.ts'
import type { Model } from './model.ts'
import { createOpenAiModel } from './openai-model.ts'

const defaultModel = 'gpt-4o-mini'

/** The model of this engine: a real one if `OPENAI_BASE_URL` or `OPENAI_API_KEY` is set, else the rules. */
export function createModel({ speed, env }: { speed: number; env: NodeJS.ProcessEnv }): Model {
  const baseUrl = given(env['OPENAI_BASE_URL'])
  const apiKey = given(env['OPENAI_API_KEY'])
  if (baseUrl === undefined && apiKey === undefined) return createRuleModel({ speed })
  return createOpenAiModel({ baseUrl, apiKey, model: given(env['OPENAI_MODEL']) ?? defaultModel })
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}
