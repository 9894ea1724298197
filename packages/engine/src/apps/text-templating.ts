import type { App } from './app.ts'
import { objectSchema, stringOr } from './schema.ts'

export const textTemplating: App = {
  ref: 'infsh/text-templating',
  title: 'Text templating',
  description: 'Replaces the placeholders {1}, {2}, … of a template by strings.',
  inputSchema: objectSchema(
    'Input',
    {
      template: { type: 'string', title: 'Template', examples: ['Hello {1}, this is {2}.'] },
      strings: { type: 'array', items: { type: 'string' }, default: [], title: 'Strings' },
    },
    ['template'],
  ),
  outputSchema: objectSchema('Output', { result: { type: 'string', title: 'Result' } }, ['result']),
  run(input, context) {
    const strings: readonly unknown[] = Array.isArray(input['strings']) ? input['strings'] : []
    const result = fillTemplate(stringOr(input['template'], ''), strings)
    context.log(`${strings.length} strings, ${result.length} characters\n`)
    return Promise.resolve({ result })
  },
}

/** Replaces `{1}` by the first string and so on; a placeholder without a string is kept. */
export function fillTemplate(template: string, strings: readonly unknown[]): string {
  return template.replaceAll(/\{(\d{1,4})\}/g, (place, number: string) => stringOr(strings[Number(number) - 1], place))
}
