/** Whether two records have the same fields with the same values. */
export function shallowEqual<T extends object>(a: T, b: T): boolean {
  const fields = Object.entries(a)
  const others = new Map<string, unknown>(Object.entries(b))
  return fields.length === others.size && fields.every(([name, value]) => Object.is(value, others.get(name)))
}
