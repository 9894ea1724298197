/** An error answer (RFC 9457); the last segment of its type is the machine code (protocol §1). */
export interface Problem {
  status: number
  code: string
  title: string
  /** A sentence that says what happened and what to do. */
  detail: string
  headers?: Record<string, string>
  extra?: Record<string, unknown>
}

export function problemResponse({ status, code, title, detail, headers, extra }: Problem): Response {
  const body = { type: `https://api.inference.sh/errors/${code}`, title, status, detail, ...extra }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}

/** Thrown in a handler to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export function notFound(detail: string): Problem {
  return { status: 404, code: 'not_found', title: 'Not found', detail }
}

export function invalidRequest(detail: string, status = 400): Problem {
  return { status, code: 'invalid_request', title: 'Invalid request', detail }
}

/** One broken rule of an input's schema; `pointer` is a JSON pointer into the input. */
export interface InputError {
  pointer: string
  detail: string
}

export function invalidInput(errors: readonly InputError[]): Problem {
  const [first] = errors
  const place = first && first.pointer !== '' ? `input${first.pointer}` : 'input'
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : ''
  const detail = `The input does not fit the app's schema: ${place}: ${first?.detail ?? 'is invalid'}${more}.`
  return { status: 422, code: 'invalid_request', title: 'Invalid input', detail, extra: { errors } }
}
