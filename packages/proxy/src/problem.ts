/** An error answer as RFC 9457 has it, so that the client reads the proxy's errors as it reads the service's. */
export function problem(status: number, detail: string): Response {
  return Response.json(
    { type: 'about:blank', title: titles[status] ?? 'Error', status, detail },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
}
