// A refused or strange answer → one sentence that says what to do (protocol §1 "Errors").
import { InferstreamError } from '../core/errors.ts'
import type { ErrorCode, ErrorFacts } from '../core/errors.ts'
import { RequirementsError, ValidationError } from './refusal-errors.ts'
import type { RequirementAction, ValidationIssue } from './refusal-errors.ts'
import type { Destination } from './network-error.ts'
import { retryAfterOf } from './retry-after.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'validation',
  401: 'auth',
  403: 'forbidden',
  404: 'not_found',
  410: 'not_found',
  412: 'requirements',
  413: 'validation',
  422: 'validation',
  429: 'rate_limited',
}

/** What `@inferstream/proxy` says of a request that came to nothing, as the `type` of its problem. */
const proxyProblem = /^urn:inferstream:proxy:(not-sent|answer-lost|timeout|refused)$/

/** Reads the body of an answer that is no success. Never throws. */
export async function errorOf(response: Response, to: Destination, now: number): Promise<InferstreamError> {
  const { status, headers } = response
  const text = await response.text().catch(() => '')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  const facts: ErrorFacts = {
    status,
    retryable: status === 408 || status === 425 || status === 429 || status >= 500,
    retryAfter: retryAfterOf(headers, now),
    requestId: headers.get('x-request-id') ?? undefined,
  }
  const proxySays =
    isObject(body) && typeof body['type'] === 'string' ? proxyProblem.exec(body['type'])?.[1] : undefined
  // The proxy's own word: the service has not seen this request.
  if (proxySays === 'not-sent' || (proxySays === 'refused' && status >= 500)) facts.mayHaveStarted = false
  const isLost = proxySays !== undefined && proxySays !== 'refused'
  if (isLost) facts.retryable = true
  const code = isLost ? 'network' : (codes[status] ?? (status >= 500 || facts.retryable ? 'server' : 'protocol'))
  if (!isObject(body)) {
    // Not the service's word: what was asked for may well be there once the proxy is.
    if (status === 404 && (to.isProxy || isPage(headers, text))) {
      return new InferstreamError('protocol', pageSentence(to), facts)
    }
    return new InferstreamError(code, sentenceFor(status, isPage(headers, text), to), facts)
  }
  const list = [body['errors'], body['detail']].find(Array.isArray)?.filter(isObject) ?? []
  const message = sentenceOf(body) ?? (textOf(list[0]?.['msg']) || sentenceFor(status, false, to))
  if (code === 'requirements' && list.length > 0) return new RequirementsError(message, list.map(actionOf), facts)
  if (code === 'requirements') return new InferstreamError('config', message, facts)
  if (code === 'validation') return new ValidationError(message, list.map(issueOf), facts)
  return new InferstreamError(code, message, facts)
}

export function relativeAddress({ url, isProxy }: Destination): InferstreamError {
  const name = isProxy ? 'proxyUrl' : 'baseUrl'
  return new InferstreamError('config', `${name} "${url}" is relative: outside a browser it must be absolute.`)
}

/** Where tokens come from may have lost its network; headers and their functions are the caller's own. */
export function headersFailed(what: string, cause: unknown): InferstreamError {
  const isToken = what === 'getToken'
  return new InferstreamError(isToken ? 'auth' : 'config', `${what} failed: ${String(cause)}`, {
    retryable: isToken,
    cause,
  })
}

/** A 2xx whose body is not what was asked for, e.g. a captive portal's page. Not retried. */
export function wrongContent(response: Response, to: Destination): InferstreamError {
  const type = response.headers.get('content-type') ?? 'nothing known'
  const message = type.includes('html')
    ? pageSentence(to)
    : `${to.url} answered with ${type}, which cannot be read here. Check ${addressOf(to)}.`
  return new InferstreamError('protocol', message, { status: response.status })
}

/** The first generation of answers said no inside a 2xx (protocol §1, V1). */
export function refusedInside({ status }: Response, body: JsonObject): InferstreamError {
  return new InferstreamError('server', sentenceOf(body) ?? 'The service refused.', { status })
}

function sentenceFor(status: number, isHtml: boolean, to: Destination): string {
  if (status === 502 || status === 503 || status === 504) {
    const what = to.isProxy ? 'The service behind the proxy' : 'The service'
    if (to.isOther) return `${to.url} does not answer (${status}).`
    return `${what} at ${to.url} does not answer (${status}). If it is the local engine, start it with \`npx @inferstream/engine\`.`
  }
  if (isHtml) return pageSentence(to)
  if (status === 401 && to.isOther) return `${to.url} wants credentials (401): pass them in headers.`
  if (status === 401) return 'The service wants an API key: pass apiKey, getToken or proxyUrl to inference().'
  if (status === 404) return `Not found (404): ${to.url} has nothing at this address.`
  return `${to.url} answered ${status}.`
}

function pageSentence(to: Destination): string {
  return to.isProxy
    ? `There is no inference proxy at ${to.url}: mount @inferstream/proxy at that path, or pass its path as proxyUrl.`
    : `${to.url} answered with a web page instead of data. Check ${addressOf(to)}, and whether a login page is in between.`
}

function addressOf(to: Destination): string {
  return to.isOther ? 'the address' : to.isProxy ? 'proxyUrl' : 'baseUrl'
}

function isPage(headers: Headers, text: string): boolean {
  return (headers.get('content-type') ?? '').includes('html') || /^\s*</.test(text)
}

/** problem+json, the V1 envelope and the plain forms. */
function sentenceOf(body: JsonObject): string | undefined {
  const inner = isObject(body['error']) ? body['error']['message'] : body['error']
  const first = Array.isArray(body['errors']) && isObject(body['errors'][0]) ? body['errors'][0]['message'] : undefined
  const found = [body['detail'], body['title'], body['message'], inner, first].find(
    (one): one is string => typeof one === 'string' && one !== '',
  )
  return found
}

function actionOf(error: JsonObject): RequirementAction {
  const action = isObject(error['action']) ? error['action'] : {}
  const key = textOf(error['key'])
  return {
    ...action,
    ...(key === '' ? {} : { key }),
    type: textOf(action['type']) || 'unknown',
    requirement: textOf(error['type']) || 'unknown',
    message: textOf(error['message']),
  }
}

/** In the service's form, or in the one of FastAPI: `loc` with the keys, behind those of the request. */
function issueOf(error: JsonObject): ValidationIssue {
  return {
    path: Array.isArray(error['loc']) ? pointerTo(error['loc'].map(String)) : textOf(error['pointer'] ?? error['path']),
    message: textOf(error['detail'] ?? error['message'] ?? error['msg']),
  }
}

function pointerTo(keys: readonly string[]): string {
  const inBody = keys[0] === 'body' ? keys.slice(1) : keys
  const inInput = keys[0] === 'body' && inBody[0] === 'input' ? inBody.slice(1) : inBody
  return inInput.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
