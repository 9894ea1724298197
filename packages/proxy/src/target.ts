import { problem } from './problem.ts'

/** A browser knows no base URL, so it names the public service. */
const publicOrigin = 'https://api.inference.sh'

export interface Target {
  /** The one URL object that is checked and fetched. */
  readonly url: URL
  /** Its path below the base URL's. */
  readonly path: string
}

/**
 * Where a request wants to go: `x-inf-target-url`, or `?__inf_target=` on a GET of a stream. Only a target that is written
 * exactly as a URL parser would write it is read at all, so that nothing here and nothing upstream can understand it differently.
 */
export function readTarget(request: Request, base: URL): Target | Response {
  const text = targetText(request)
  if (text instanceof Response) return text
  // Printable ASCII only: no spaces, control characters, full-width letters. A backslash is a slash to a URL parser.
  if (!/^[\x21-\x5B\x5D-\x7E]+$/.test(text)) return problem(400, 'The target contains characters that no URL has.')
  if (!URL.canParse(text)) return problem(400, 'The target is not an absolute URL.')
  const named = new URL(text)
  // Compared as text first: the parser would forgive upper case, default ports, credentials and numeric addresses.
  const origin = [base.origin, publicOrigin].find((one) => text.startsWith(`${one}/`))
  if (origin === undefined || named.origin !== origin || named.username !== '' || named.password !== '') {
    return problem(403, 'This proxy serves inference.sh only; the target is on another origin.')
  }
  if (text.split('?', 1)[0] !== named.origin + named.pathname || text.includes('#')) {
    return problem(400, 'The target is not in canonical form.')
  }
  const prefix = base.pathname === '/' ? '' : base.pathname
  const isOwn = named.origin === base.origin && (prefix === '' || named.pathname.startsWith(`${prefix}/`))
  if (!isOwn && named.origin !== publicOrigin) return problem(403, 'The target is outside of the base URL.')
  return targetOf(base, (isOwn ? named.pathname.slice(prefix.length) : named.pathname) + named.search)
}

/** @param reference Path and query below the base URL, with a slash at the front. */
export function targetOf(base: URL, reference: string): Target {
  const prefix = base.pathname === '/' ? '' : base.pathname
  const url = new URL(base.origin + prefix + reference)
  return { url, path: url.pathname.slice(prefix.length) }
}

function targetText(request: Request): string | Response {
  const header = request.headers.get('x-inf-target-url')
  const queried = new URL(request.url).searchParams.getAll('__inf_target')
  if (header === null && queried.length === 0) {
    return problem(400, 'The request names no target. Send it in x-inf-target-url or ?__inf_target=.')
  }
  if (queried.length > 1 || (header !== null && queried.some((one) => one !== header))) {
    return problem(400, 'The request names more than one target.')
  }
  if (header !== null) return header
  // A link or a form of another site can make a query, but not a header.
  const [query = ''] = queried
  const path = query.split(/[?#]/, 1)[0] ?? ''
  return request.method === 'GET' && path.endsWith('/stream')
    ? query
    : problem(400, 'A target in the query is served for streams only. Send it in x-inf-target-url.')
}
