// Where in a form something of its input is shown.
import { pointerOf } from '../schema/json.ts'
import type { Field } from '../schema/read-schema.ts'

/** The pointer of the field that shows what is said of this place; '' if no field does. */
export function fieldAt(fields: readonly Field[], path: string, prefix: readonly string[] = []): string {
  for (const field of fields) {
    const own = [...prefix, ...field.path]
    const pointer = pointerOf(own)
    if (path !== pointer && !path.startsWith(`${pointer}/`)) continue
    if (field.kind === 'group') return fieldAt(field.fields, path, prefix) || pointer
    if (field.kind === 'variants')
      return (
        fieldAt(
          field.variants.flatMap(({ group }) => group.fields),
          path,
          prefix,
        ) || pointer
      )
    if (field.kind === 'list') {
      const index = path.slice(pointer.length + 1).split('/')[0]
      if (!index) return pointer
      const item = [...own, index]
      return fieldAt([field.item], path, item) || pointer
    }
    return pointer
  }
  return ''
}

export function labelAt(fields: readonly Field[], pointer: string): string {
  const field = fields.find(({ path }) => pointer === pointerOf(path) || pointer.startsWith(`${pointerOf(path)}/`))
  return field?.label ?? pointer.slice(1)
}

/** The first field on the page that is meant. */
export function focusField(box: HTMLElement | null, isMeant: (pointer: string) => boolean) {
  const frames = box?.querySelectorAll<HTMLElement>('[data-field]') ?? []
  const frame = [...frames].find(({ dataset }) => isMeant(dataset['field'] ?? ''))
  const control =
    frame?.querySelector<HTMLElement>('[aria-invalid]') ??
    frame?.querySelector<HTMLElement>('input, select, textarea, button')
  // In a group of radio buttons the chosen one.
  const target = control?.matches('[role="radiogroup"]')
    ? (control.querySelector<HTMLElement>(':checked') ?? control.querySelector('input'))
    : control
  target?.focus()
}

/** Pointers of passwords; in a list, the list. */
export function secretsIn(fields: readonly Field[]): string[] {
  return fields.flatMap((field) => {
    if (field.kind === 'text') return field.input === 'password' ? [pointerOf(field.path)] : []
    if (field.kind === 'group') return secretsIn(field.fields)
    if (field.kind === 'variants') return field.variants.flatMap(({ group }) => secretsIn(group.fields))
    return field.kind === 'list' && secretsIn([field.item]).length > 0 ? [pointerOf(field.path)] : []
  })
}
