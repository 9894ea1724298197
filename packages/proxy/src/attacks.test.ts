import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { canary, fetchMount, host, nodeMount, serveUpstream, type Attempt, type Mount } from '../test/upstream.ts'
import type { ProxyOptions } from './index.ts'

// Real sockets, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 30_000 })

const service = 'https://api.inference.sh'
const to = (target: string, headers: Record<string, string> = {}): Attempt => ({
  headers: { 'x-inf-target-url': target, ...headers },
})
const post = (path: string, body = '{}', headers: Record<string, string> = {}): Attempt => ({
  method: 'POST',
  headers: { 'x-inf-target-url': service + path, 'content-type': 'application/json', ...headers },
  body,
})
const query = (target: string, attempt: Attempt = {}): Attempt => ({
  path: `/api/inference/proxy?__inf_target=${encodeURIComponent(target)}`,
  ...attempt,
})
const run = (body: unknown) => post('/apps/run', typeof body === 'string' ? body : JSON.stringify(body))
const agent = (body: unknown) => post('/agents/run', JSON.stringify(body))

type Row = [name: string, attempt: Attempt, status?: number]

const endpoints: Row[] = [
  ...['/secrets/list', '/secrets/1', '/apikeys', '/teams', '/teams/1/members', '/users/me', '/billing', '/', ''].map(
    (path): Row => [`GET ${path || 'the bare origin'}`, to(service + path)],
  ),
  ['the list of all tasks', post('/tasks/list')],
  ['deleting a task', { ...to(`${service}/tasks/t1`), method: 'DELETE' }, 405],
  ['POST of what is read by GET', post('/tasks/t1'), 403],
  ['GET of what is written by POST', to(`${service}/apps/run`), 403],
  ['a deeper path', to(`${service}/tasks/t1/stream/x`), 403],
  ['a trailing slash', to(`${service}/tasks/t1/`), 403],
  ['a double slash', to(`${service}//tasks/t1`)],
  ['an empty segment', to(`${service}/tasks//stream`)],
  ['upper case', to(`${service}/Tasks/t1`)],
  ['a matrix parameter', to(`${service}/tasks/t1;x=/../secrets`)],
  ['PUT', { ...post('/tasks/t1'), method: 'PUT' }, 405],
  ['PATCH', { ...post('/tasks/t1'), method: 'PATCH' }, 405],
  ['HEAD', { ...to(`${service}/tasks/t1`), method: 'HEAD' }, 405],
  ['TRACE', { ...to(`${service}/tasks/t1`), method: 'TRACE' }, 405],
  ['OPTIONS', { ...to(`${service}/tasks/t1`), method: 'OPTIONS' }, 405],
  ['PROPFIND', { ...to(`${service}/tasks/t1`), method: 'PROPFIND' }, 405],
  ['a method of its own', { ...to(`${service}/tasks/t1`), method: 'GETX' }],
]

const paths: Row[] = [
  '/tasks/../secrets',
  '/tasks/t1/../../secrets/x',
  '/tasks/./t1',
  '/tasks/..',
  '/tasks/.',
  '/tasks/%2e%2e/secrets',
  '/tasks/%2E%2E/secrets',
  '/tasks/.%2e/secrets',
  '/tasks/%2e',
  '/tasks/%2e%2e%2fsecrets',
  '/tasks/..%2fsecrets',
  '/tasks/..%5csecrets',
  '/tasks/%2fsecrets',
  '/tasks%2f..%2fsecrets/t1',
  '/tasks/t1%2fstream',
  '/tasks/%252e%252e/secrets',
  '/tasks/%252f',
  '/tasks/%25',
  '/tasks/%',
  '/tasks/%zz',
  '/tasks/%00',
  '/tasks/t1%0d%0aX-Evil:1',
  '/tasks/t1%20',
  '/tasks/t1%3fx',
  '/tasks/t1%23x',
  '/tasks/%74%31',
  '/%74asks/t1',
  '/tasks/t1\\..\\secrets',
  '/tasks\\t1',
  '/tasks/t1#/secrets',
  '/tasks/t1#',
  '/tasks/..;/secrets',
  '/apps/run/../../secrets',
  '/tasks/%c0%ae%c0%ae/secrets',
  '/tasks/%ef%bc%8e%ef%bc%8e/secrets',
  '/tasks/é',
  '/secrets/../tasks/../secrets',
  '/apps/ns/name/../../../secrets',
].map((path): Row => [`the path ${path}`, to(service + path)])

const origins: Row[] = [
  'http://api.inference.sh/tasks/t1',
  'https://api.inference.sh:8443/tasks/t1',
  'https://api.inference.sh:80/tasks/t1',
  'https://api.inference.sh:443/tasks/t1',
  'https://api.inference.sh:/tasks/t1',
  'https://evil.api.inference.sh/tasks/t1',
  'https://inference.sh/tasks/t1',
  'https://cloud.inference.sh/tasks/t1',
  'https://api.inference.sh.evil.example/tasks/t1',
  'https://api-inference.sh/tasks/t1',
  'https://evilapi.inference.sh/tasks/t1',
  'https://api.inference.sh@evil.example/tasks/t1',
  'https://a:b@api.inference.sh/tasks/t1',
  'https://a@api.inference.sh/tasks/t1',
  'https://@api.inference.sh/tasks/t1',
  'https://:@api.inference.sh/tasks/t1',
  'https://evil.example#@api.inference.sh/tasks/t1',
  'https://evil.example?@api.inference.sh/tasks/t1',
  'https://evil.example/https://api.inference.sh/tasks/t1',
  'https://evil.example\\@api.inference.sh/tasks/t1',
  'https://api.inference.sh\\@evil.example/tasks/t1',
  'https:\\\\api.inference.sh/tasks/t1',
  'https:/\\api.inference.sh/tasks/t1',
  'https:api.inference.sh/tasks/t1',
  'https:/api.inference.sh/tasks/t1',
  'https:///api.inference.sh/tasks/t1',
  'https://api.inference.sh./tasks/t1',
  'https://api.inference.sh%2e/tasks/t1',
  'https://api%2einference.sh/tasks/t1',
  'https://api.inference%E3%80%82sh/tasks/t1',
  'https://%61pi.inference.sh/tasks/t1',
  'https://API.INFERENCE.SH/tasks/t1',
  'HTTPS://api.inference.sh/tasks/t1',
  'https://[::1]/tasks/t1',
  'https://[::ffff:127.0.0.1]/tasks/t1',
  'https://127.0.0.1/tasks/t1',
  'https://2130706433/tasks/t1',
  'https://0x7f000001/tasks/t1',
  'https://0177.0.0.1/tasks/t1',
  'https://127.1/tasks/t1',
  'http://169.254.169.254/latest/meta-data',
  'https://xn--pi-7bb.inference.sh/tasks/t1',
  'https://аpi.inference.sh/tasks/t1',
  'https://ａｐｉ.inference.sh/tasks/t1',
  'https://api。inference。sh/tasks/t1',
  'https://api.inference.sh\u00AD/tasks/t1',
  'https://api.ⓘnference.sh/tasks/t1',
  '//api.inference.sh/tasks/t1',
  '/tasks/t1',
  'tasks/t1',
  'api.inference.sh/tasks/t1',
  'file:///etc/passwd',
  'data:application/json,{}',
  'javascript:alert(1)',
  'ftp://api.inference.sh/tasks/t1',
  'blob:https://api.inference.sh/tasks/t1',
  'wss://api.inference.sh/tasks/t1',
  'https://',
  'not a url',
  '',
  'https://api.inference.sh/tasks/t1, https://evil.example/',
  'https://api.inference.sh /tasks/t1',
  '\thttps://evil.example/tasks/t1',
].map((target): Row => [`the target ${JSON.stringify(target)}`, query(target)])

const crossSite: Row[] = [
  ['a page of another site', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'cross-site' }), 403],
  ['a page of a sibling domain', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'same-site' }), 403],
  ['a site that says two things', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'same-origin, cross-site' }), 403],
  ['an unknown Sec-Fetch-Site', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'Same-Origin' }), 403],
  ...[
    'https://evil.example',
    'null',
    '',
    `http://${host}.evil.example`,
    `http://evil.example/${host}`,
    `http://${host}:8080`,
    `http://a@${host}`,
    `http://${host}/`,
    `ftp://${host}`,
    `http://${host}, http://evil.example`,
  ].map((origin): Row => [`the Origin "${origin}"`, to(`${service}/tasks/t1`, { origin }), 403]),
  [
    'a request line that names the host of its Origin',
    { ...post('/apps/run', '{}', { origin: 'http://evil.example' }), path: '//evil.example/api/inference/proxy' },
    403,
  ],
  [
    'an absolute request line that names the host of its Origin',
    { ...post('/apps/run', '{}', { origin: 'http://evil.example' }), path: 'http://evil.example/api/inference/proxy' },
    403,
  ],
  ['a form', post('/apps/run', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
  ['a form as plain text', post('/apps/run', '{}', { 'content-type': 'text/plain' }), 415],
  ['a form with files', post('/apps/run', '{}', { 'content-type': 'multipart/form-data; boundary=x' }), 415],
  ['a type that hides JSON', post('/apps/run', '{}', { 'content-type': 'text/plain; application/json' }), 415],
  ['two types', post('/apps/run', '{}', { 'content-type': 'application/json, text/plain' }), 415],
  ['a type like JSON', post('/apps/run', '{}', { 'content-type': 'application/jsonp' }), 415],
  ['no type', { ...post('/apps/run'), headers: { 'x-inf-target-url': `${service}/apps/run` } }, 415],
  [
    'a POST whose target is in the query',
    query(`${service}/apps/run`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    400,
  ],
  ['a GET of no stream whose target is in the query', query(`${service}/tasks/t1`), 400],
  ['a query that only looks like a stream', query(`${service}/tasks/t1?/stream`), 400],
  ['two targets in the query', { path: `${query(`${service}/tasks/t1/stream`).path}&__inf_target=x` }, 400],
  ['a header and a query that differ', query(`${service}/tasks/t1/stream`, to(`${service}/tasks/t2/stream`)), 400],
  ['no target', {}, 400],
]

const malformed: Row[] = [
  ['a query with bad percent-encoding', { path: '/api/inference/proxy?__inf_target=%E0%A4%A' }],
  ['a body that is no JSON', run('{"app":'), 400],
  ['a body that is a word', run('hello'), 400],
  [
    'a body with bytes that are no UTF-8',
    { ...run(''), body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
    400,
  ],
  ['a key that is there twice', run('{"app":"a/b","app":"c/d"}'), 400],
  ['a key that is there twice, escaped', run('{"app":"a/b","\\u0061pp":"c/d"}'), 400],
  ['a key that is there twice, deep down', run('{"input":{"a":[{"b":1,"b":2}]}}'), 400],
  ['an announced body that is too large', post('/apps/run', '{}', { 'content-length': '99999999' }), 413],
  ['a body that is too large', run(JSON.stringify({ input: 'x'.repeat(70_000) })), 413],
  ['an EventSource without a task', { path: '/api/inference/stream' }, 400],
  ['an EventSource of two tasks in one', { path: '/api/inference/stream?taskId=t1/../../secrets' }, 400],
  ['an EventSource of an encoded slash', { path: '/api/inference/stream?taskId=t1%252fx' }, 400],
  ['an EventSource of a dot', { path: '/api/inference/stream?taskId=..' }, 400],
  ['a POST to the EventSource', { ...post('/apps/run'), path: '/api/inference/stream?taskId=t1' }, 405],
  [
    'an EventSource of another site',
    { path: '/api/inference/stream?taskId=t1', headers: { 'sec-fetch-site': 'cross-site' } },
    403,
  ],
]

const limits = { body: 65_536 }
const open: ProxyOptions = { limits }

/** The same on both mounts: refused, in JSON, without a request to the service. */
function refuses(title: string, rows: Row[], options: ProxyOptions): void {
  describe.each(['fetch', 'node'])(`${title}, %s mount`, (kind) => {
    let upstream: Awaited<ReturnType<typeof serveUpstream>>
    let mount: Mount
    const closing: (() => void)[] = []
    beforeAll(async () => {
      upstream = await serveUpstream(undefined, (close) => closing.push(close))
      const all = { ...options, baseUrl: upstream.url }
      mount = kind === 'fetch' ? fetchMount(all) : await nodeMount(all, (close) => closing.push(close))
    })
    afterAll(() => closing.forEach((close) => close()))

    it.each(rows)('refuses %s', async (_, attempt, status) => {
      const answer = await mount(attempt)
      expect(upstream.calls.splice(0)).toEqual([])
      // What is no Request cannot be asked; what is no HTTP at all is refused by Node itself, without a body.
      if (!answer || (answer.text === '' && (answer.status === 400 || attempt.method === 'HEAD'))) return
      expect(answer.status).toBeOneOf(status ? [status] : [400, 403, 405])
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(canary)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(JSON.parse(answer.text)).toMatchObject({ type: 'urn:inferstream:proxy:refused', status: answer.status })
    })
  })
}

refuses('endpoints', endpoints, open)
refuses('paths', paths, open)
refuses('origins', origins, open)
refuses('cross-site', crossSite, open)
refuses('malformed', malformed, open)
refuses(
  'authorize',
  [
    ['a stranger', run({ app: 'a/b' }), 403],
    ['a stranger at the EventSource', { path: '/stream?taskId=t1' }, 403],
  ],
  { authorize: () => false },
)
refuses('authorize that answers something else than true', [['a stranger', run({ app: 'a/b' }), 403]], {
  authorize: (() => 'yes') as never,
})

const allowedApps = ['google/veo', /open\/(flux|gpt)-.+/]
refuses(
  'allowedApps',
  [
    ...[
      { app: 'evil/app' },
      { app: 'google/veo-2' },
      { app: 'Google/veo' },
      { app: 'xgoogle/veo' },
      { app: 'google/veo/x' },
      { app: 'google/veo@1/../../evil/app' },
      { app: ' google/veo' },
      { app: 'google/veo\n' },
      { app: 'evil-open/flux-1' },
      { app: 'open/flux-1/evil/app' },
      { app: ['google/veo'] },
      { app: { ref: 'evil/app' } },
      { app: null },
      {},
      [],
      'null',
      '"google/veo"',
      '',
      { app_id: '01j' },
      { app: 'google/veo', app_id: '01j' },
      { app: 'google/veo', version_id: '01j' },
      { app: 'google/veo', App: 'evil/app' },
      { app: 'google/veo', Version_ID: '01j' },
      { app: 'google/veo', 'ver\u017Fion_id': '01j' },
      '{"__proto__":{"app":"google/veo"}}',
    ].map((body): Row => [`the run ${JSON.stringify(body)}`, run(body)]),
    ...[
      { agent: 'evil/agent' },
      { agent_config: {} },
      { agent_config: { core_app: { ref: 'evil/app' } } },
      { agent_config: { core_app: { ref: 'google/veo', app_id: '01j' } } },
      { agent_config: { core_app: { ref: 'google/veo' }, app_id: '01j' } },
      { agent_config: { core_app: { ref: 'google/veo' }, tools: [{ app: { ref: 'evil/app' } }] } },
      { agent_config: { core_app: { ref: 'google/veo' }, tools: [{ app: { ref: 'google/veo', version_id: '01j' } }] } },
      { agent_config: { core_app: { ref: 'google/veo' }, tools: [{ agent: { Ref: 'evil/agent' } }] } },
      { agent_config: { core_app: { ref: 'google/veo' } }, Agent_Config: { core_app: { ref: 'evil/app' } } },
      { agent: 'google/veo', agent_config: { core_app: { ref: 'evil/app' } } },
      { chat_id: 'c1', agent: 'evil/agent' },
      { agent_id: '01j' },
      {},
    ].map((body): Row => [`the turn ${JSON.stringify(body)}`, agent(body)]),
    ['a chat with another agent', post('/chats', '{"agent":"evil/agent"}')],
    ['a chat with an agent by its id', post('/chats', '{"agent_id":"01j"}')],
    ['switching to another agent', post('/chats/c1/agent', '{"agent":"evil/agent"}')],
    ['switching to an agent by its version', post('/chats/c1/agent', '{"agent":"google/veo","agent_version_id":"1"}')],
    ['reading another app', to(`${service}/apps/evil/app`)],
    ['reading another agent', to(`${service}/agents/evil/agent@1`)],
  ],
  { allowedApps, limits },
)

describe('lets pass', () => {
  const passing: [string, Attempt, ProxyOptions?][] = [
    ['a run', run({ app: 'google/veo', input: {} })],
    [
      'a run whose type names its charset',
      post('/apps/run', '{}', { 'content-type': 'application/json; charset=utf-8' }),
    ],
    ['a cancel without a body', post('/tasks/t1/cancel', '')],
    ['a stream', to(`${service}/tasks/t1/stream?last_event_id=4`)],
    ['a stream in the query', query(`${service}/tasks/t1/stream`)],
    ['a stream in header and query', query(`${service}/tasks/t1/stream`, to(`${service}/tasks/t1/stream`))],
    ['an app with its version', to(`${service}/apps/ns/name@1.2:run`)],
    ['a page of the same site', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'same-origin' })],
    ['an address that was typed', to(`${service}/tasks/t1`, { 'sec-fetch-site': 'none' })],
    ['an Origin that is the Host', to(`${service}/tasks/t1`, { origin: `https://${host}` })],
    [
      'an allowed origin',
      to(`${service}/tasks/t1`, { origin: 'https://b.example', 'sec-fetch-site': 'cross-site' }),
      { allowedOrigins: ['https://b.example'] },
    ],
    ['an allowed app', run({ app: 'google/veo' }), { allowedApps }],
    ['an allowed app with version and function', run({ app: 'google/veo@1.2:run' }), { allowedApps }],
    ['an app that an expression allows', run({ app: 'open/flux-1@2' }), { allowedApps }],
    ['keys of the input', run({ app: 'google/veo', input: { app: 'a', app_id: 'b', ref: 'c' } }), { allowedApps }],
    ['an allowed agent', agent({ agent: 'google/veo', chat_id: null }), { allowedApps }],
    ['a turn of a chat that exists', agent({ chat_id: 'c1', agent: null }), { allowedApps }],
    [
      'an allowed agent of one’s own',
      agent({ agent_config: { core_app: { ref: 'open/gpt-1' }, tools: [{ app: { ref: 'google/veo' } }] } }),
      { allowedApps },
    ],
    ['the list of all tasks, where it was opted in', post('/tasks/list'), { allowedEndpoints: ['POST /tasks/list'] }],
    [
      'whom authorize knows',
      run({ app: 'a/b' }),
      { authorize: async (request) => (await request.json()).app === 'a/b' },
    ],
  ]
  it.each(passing)('%s', async (_, attempt, options) => {
    const upstream = await serveUpstream()
    const all = { ...options, baseUrl: upstream.url }
    for (const mount of [fetchMount(all), await nodeMount(all)]) {
      expect((await mount(attempt))?.status).toBe(200)
      expect(upstream.calls.splice(0)).toMatchObject([
        { method: attempt.method ?? 'GET', headers: { authorization: `Bearer ${canary}` }, body: attempt.body ?? '' },
      ])
    }
  })
})

describe('chance', () => {
  /** Written apart from the proxy's own list. */
  const reachable =
    /^(GET \/(tasks\/[\w-][\w.~@:-]*(\/(status|logs|stream))?|apps\/[^/%]+\/[^/%]+|agents\/[^/%]+\/[^/%]+|chats\/[^/%]+(\/(status|messages|stream))?|agent-runs\/[^/%]+\/interrupts)|POST \/(apps\/run|files|tasks\/[^/%]+\/cancel|agents\/run|chats(\/[^/%]+\/(messages|agent|stop|tools\/[^/%]+\/always-allow))?|chats\/messages\/[^/%]+\/cancel|tools\/[^/%]+(\/(invoke|reject))?|interrupts\/[^/%]+\/resolve))(\?.*)?$/

  const pieces = [
    '%2e',
    '%2f',
    '%25',
    '%00',
    '..',
    '/',
    '\\',
    '@',
    ':',
    '#',
    '?',
    ';',
    '.',
    '//',
    '\u3002',
    'ａ',
    ' ',
    '%0a',
    'A',
    '443',
    '&',
    '=',
    '"',
    '\t',
    '[',
    ']',
  ]

  it('200 mutations of the table reach nothing that is not listed, on either mount', async () => {
    const upstream = await serveUpstream()
    const all = { ...open, baseUrl: upstream.url }
    const mounts: Mount[] = [fetchMount(all), await nodeMount(all)]
    const rows = [...endpoints, ...paths, ...origins, ...crossSite, ...malformed]
    const random = randomOf(20_261)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const mutate = (text: string): string => {
      const at = Math.floor(random() * (text.length + 1))
      switch (Math.floor(random() * 4)) {
        case 0:
          return text.slice(0, at) + pick(pieces) + text.slice(at)
        case 1:
          return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 3))
        case 2:
          return (
            text.slice(0, at) + `%${(text.charCodeAt(at) || 37).toString(16).padStart(2, '0')}` + text.slice(at + 1)
          )
        default:
          return text.slice(0, at) + text.slice(at).toUpperCase()
      }
    }
    const wrong: unknown[] = []
    for (let index = 0; index < 200; index++) {
      const [, attempt] = pick(rows)
      const target = attempt.headers?.['x-inf-target-url']
      const mutated: Attempt = {
        ...attempt,
        ...(target === undefined ? { path: `/${mutate((attempt.path ?? '/').slice(1)).replaceAll(/\s/g, '')}` } : {}),
        headers: { ...attempt.headers, ...(target === undefined ? {} : { 'x-inf-target-url': mutate(target) }) },
      }
      for (const mount of mounts) {
        const answer = await mount(mutated)
        const reached = upstream.calls.splice(0).map(({ method, url }) => `${method} ${url}`)
        const isRefused = answer === undefined || (answer.status >= 400 && reached.length === 0)
        const isListed = answer?.status === 200 && reached.every((one) => reachable.test(one))
        if (!isRefused && !isListed) wrong.push([mutated, answer, reached])
        if (answer?.text.includes(canary)) wrong.push([mutated, answer])
      }
    }
    expect(wrong).toEqual([])
  })

  it('a Host that is no host is refused', async () => {
    const upstream = await serveUpstream()
    const mount = await nodeMount({ baseUrl: upstream.url })
    for (const name of ['a/b?c', 'a@b', 'a b', '', 'a#b', 'a\\b']) {
      expect(await mount(to(`${service}/tasks/t1`, { host: name }))).toMatchObject({ status: 400 })
    }
    expect(upstream.calls).toEqual([])
  })

  it('random bytes as target, method and headers leave the process alive', async () => {
    const upstream = await serveUpstream()
    const mount = await nodeMount({ ...open, baseUrl: upstream.url })
    const random = randomOf(7)
    const bytes = (length: number) =>
      String.fromCharCode(...Array.from({ length }, () => 1 + Math.floor(random() * 255)))
    for (let index = 0; index < 300; index++) {
      const text = bytes(1 + Math.floor(random() * 40))
      await mount({
        isOnlyWritten: true,
        ...[
          { path: `/${text}` },
          { method: text },
          to(text.replaceAll(/[\r\n]/g, '')),
          to(`${service}/tasks/t1`, { [text.replaceAll(/[\r\n:]/g, 'x')]: text.replaceAll(/[\r\n]/g, '') }),
          run(text),
        ][index % 5],
      })
    }
    for (const { method, url } of upstream.calls) expect(`${method} ${url}`).toMatch(reachable)
    expect((await mount(to(`${service}/tasks/t1`)))?.status).toBe(200)
  })
})

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
