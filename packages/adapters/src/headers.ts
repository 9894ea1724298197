/** Sent with each request. A function is called for each request. */
export type HeadersOption = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>)

export async function headersOf(option: HeadersOption | undefined): Promise<Record<string, string>> {
  return typeof option === 'function' ? option() : { ...option }
}
