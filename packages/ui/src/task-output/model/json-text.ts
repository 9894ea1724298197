/** JSON with two spaces; what holds itself is left out, deep values are cut. */
export function jsonText(value: unknown): string {
  const around: object[] = []
  return (
    JSON.stringify(
      value,
      function replace(this: unknown, _key, one: unknown) {
        while (around.length > 0 && around.at(-1) !== this) around.pop()
        if (typeof one === 'bigint') return String(one)
        if (typeof one !== 'object' || one === null) return one
        if (around.includes(one) || around.length > 500) return undefined
        around.push(one)
        return one
      },
      2,
    ) ?? String(value)
  )
}
