import { createRuleModel } from './assistant/rule-model.ts'
import type { Model } from './model.ts'

/** What answers in this engine. */
export function createModel({ speed }: { speed: number }): Model {
  return createRuleModel({ speed })
}
