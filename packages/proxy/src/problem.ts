/** What went wrong between browser and service; the last part of a problem's `type`. */
export type ProblemKind =
  /** The proxy refused; the status says why. */
  | 'refused'
  /** Nothing reached the service: asking again is safe. */
  | 'not-sent'
  /** The service may have acted on the request, and its answer was lost. */
  | 'answer-lost'
  /** The service did not answer in time, and may still act on the request. */
  | 'timeout'

/** An error answer as RFC 9457 has it, so that the client reads the proxy's errors as it reads the service's. */
export function problem(
  status: number,
  detail: string,
  { kind = 'refused', headers = {} }: { kind?: ProblemKind; headers?: Record<string, string> } = {},
): Response {
  return Response.json(
    { type: `urn:inferstream:proxy:${kind}`, title: titles[status] ?? 'Error', status, detail },
    { status, headers: { ...headers, 'content-type': 'application/problem+json' } },
  )
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
}
