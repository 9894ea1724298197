/** The value if it is a string, else the empty string. */
export function stringOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
