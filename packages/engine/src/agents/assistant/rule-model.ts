import { setTimeout as wait } from 'node:timers/promises'
import type { Delta } from '../reduce-chat.ts'
import type { Model } from '../model.ts'

/** Milliseconds between pieces, at speed 1: thinking is fast, an answer has reading speed. */
const thoughtInterval = 15
const wordInterval = 25

/** The rules as a model: their answers arrive word by word, as a language model's do. */
export function createRuleModel({ speed }: { speed: number }): Model {
  return {
    async *answer(request, signal): AsyncGenerator<Delta> {
      const { respond } = await import('./respond.ts')
      const { reasoning, text, calls } = respond(request)
      let owed = 0
      /** Timers have a resolution of one millisecond, so shorter waits are accumulated. */
      const pause = async (milliseconds: number): Promise<void> => {
        owed += milliseconds / speed
        if (owed < 1) return
        await wait(owed, undefined, { signal })
        owed = 0
      }
      for (const piece of words(reasoning)) {
        yield { reasoning: piece }
        await pause(thoughtInterval)
      }
      for (const piece of words(text)) {
        yield { response: piece }
        await pause(wordInterval)
      }
      const turn = request.messages.length
      for (const [index, call] of calls.entries()) {
        const id = `call_${turn}_${index}`
        yield { tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] }
        yield { tool_calls: [{ index, function: { arguments: JSON.stringify(call.arguments) } }] }
      }
    },
  }
}

/** Words with the space after them: joined, they give the text. */
function words(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? []
}
