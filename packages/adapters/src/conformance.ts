// What every wire must do, whatever it looks like: one table of behaviours, run for each adapter against a real server or library of its
// ecosystem, and for the wire of inference.sh.
import { expect } from 'vitest'
import { inference, isInferstreamError } from '@inferstream/client'
import type { TaskStream } from '@inferstream/client'
import { endOf, oneByOne } from '../test/bench.ts'
import type { Bench, Ended } from '../test/bench.ts'
import type { Cut } from '../test/faulty-fetch.ts'
import { isFull } from '../test/full.ts'
import type { Step, Wire } from '../test/wire.ts'

export interface Behaviour {
  readonly name: string
  /** Why a wire cannot have it; undefined where it can. */
  readonly lacks?: (wire: Wire) => string | false
  readonly check: (bench: Bench) => Promise<void>
}

const words = ['The ', 'lake ', 'lay ', 'still.\n', 'Über ', '湖面 ', '🏔️', '\r\n', '\u2028', '"end"']
const text = words.join('')
const lines = ['one', 'two', 'two', 'drei – ä', '\u001B[31mred\u001B[0m']

/** A whole run, of what the wire can carry. */
function wholeRun({ carries }: Wire): Step[] {
  return [
    ...(carries.queued ? [{ status: 'queued' } as const] : []),
    { status: 'running' },
    ...words.flatMap((word, index) => stepsOf(carries, word, index)),
  ]
}

function stepsOf(carries: Wire['carries'], word: string, index: number): Step[] {
  const line = lines[index]
  const steps: Step[] = []
  if (carries.text) steps.push({ text: word })
  if (carries.logs && line !== undefined) steps.push({ log: line })
  if (carries.progress) steps.push({ progress: (index + 1) / words.length })
  return steps
}

/** How a whole run ends, without faults. */
function wholeEnd({ carries, outputOf }: Wire): Ended {
  return {
    status: 'completed',
    output: outputOf(carries.text ? text : ''),
    error: null,
    logs: carries.logs ? lines : [],
  }
}

const noLogs = ({ carries }: Wire) => !carries.logs && 'it has no log'
const noProgress = ({ carries }: Wire) => !carries.progress && 'it has no progress'
const noQueue = ({ carries }: Wire) => !carries.queued && 'it has no queue'
const noText = ({ carries }: Wire) => !carries.text && 'it has no text'
const noResume = ({ promises }: Wire) => promises.resume === 'none' && 'it cannot resume'
const noCancel = ({ promises }: Wire) => !promises.cancel && 'it cannot cancel'
const noNumbers = ({ isNumbered }: Wire) => !isNumbered && 'its frames have no ids'

/** Resolves once the state is so. */
async function until(stream: TaskStream, isSo: (state: TaskStream['state']) => boolean): Promise<void> {
  if (isSo(stream.state)) return
  await new Promise<void>((resolve) => {
    const leave = stream.subscribe(() => {
      if (!isSo(stream.state)) return
      leave()
      resolve()
    })
  })
}

/** A run that begins, waits for the test, and goes on step by step. */
const paused = (rest: readonly Step[] = [], first: readonly Step[] = [{ status: 'running' }, { text: 'first ' }]) =>
  oneByOne(rest, first)

const isRunning = ({ status }: TaskStream['state']) => status === 'running'

/** The offsets at which a stream of so many bytes is cut: all with FULL=1, else its ends and some between. */
function offsetsOf(length: number): number[] {
  const all = Array.from({ length: length + 1 }, (_, index) => index)
  return isFull ? all : all.filter((at) => at < 3 || at > length - 3 || at % Math.ceil(length / 12) === 0)
}

/** Bytes of the streams of a whole run. */
async function lengthOf({ wire, net, run }: Bench): Promise<number> {
  const before = net.bytes
  await run(wholeRun(wire))
  return net.bytes - before
}

/**
 * Where the answer to the start is the stream itself, it may be cut before it has named the run: then the start has failed, and says that the
 * run may exist.
 */
async function cutEverywhere(bench: Bench, how: Cut): Promise<void> {
  const { wire, another, start } = bench
  const steps = wholeRun(wire)
  const offsets = offsetsOf(await lengthOf(bench))
  const wrong: unknown[] = []
  const queue = offsets.values()
  const worker = async () => {
    for (const at of queue) {
      const { client, net } = another(how === 'hang' ? { idleTimeoutMs: 60 } : {})
      net.cutAfter(how, at)
      const stream = await start(steps, {}, client).catch((error: unknown) => {
        if (!isInferstreamError(error) || error.mayHaveStarted !== true) wrong.push({ at, error })
      })
      if (!stream) continue
      const end = await endOf(stream)
      if (JSON.stringify(end) !== JSON.stringify(wholeEnd(wire))) wrong.push({ at, end })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  expect(wrong).toEqual([])
}

async function rewritten(bench: Bench, rewrite: (event: string) => string): Promise<void> {
  bench.net.rewrite = rewrite
  expect(await bench.run(wholeRun(bench.wire))).toEqual(wholeEnd(bench.wire))
}

const isPost = ({ method }: { method: string }) => method === 'POST'
const isGet = ({ method }: { method: string }) => method === 'GET'
const away = () => Promise.reject(new TypeError('fetch failed'))
const page = () => new Response('<!doctype html><title>Sign in</title>', { headers: { 'content-type': 'text/html' } })
const refusal = (status: number, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ error: { message: 'Refused by the test.' } })
  return () => new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } })
}

async function refusedStart(bench: Bench, status: number, expected: object, headers?: Record<string, string>) {
  bench.net.answer(isPost, refusal(status, headers))
  await expect(bench.start([])).rejects.toMatchObject({ status, ...expected })
  expect(bench.server.starts).toBe(0)
}

/** The stream of a run that goes on ends at once, and the next requests are answered so. */
async function lostInMidRun(bench: Bench, ...answers: (() => Response | Promise<Response>)[]) {
  const { script, goOn } = paused([{ text: 'last' }])
  bench.net.rewrite = (event) => event
  const stream = await bench.start(script)
  await until(stream, ({ partialOutput }) => textIn(partialOutput) === 'first ')
  for (const answer of answers) bench.net.answer(isGet, answer)
  bench.net.drop()
  return { stream, goOn }
}

export const behaviours: readonly Behaviour[] = [
  // ── What a run says ──
  {
    name: 'a run ends as completed, with its output',
    check: async (bench) => expect(await bench.run(wholeRun(bench.wire))).toEqual(wholeEnd(bench.wire)),
  },
  {
    name: 'statuses come in order',
    async check(bench) {
      const { script, goOn } = paused(wholeRun(bench.wire), [])
      const stream = await bench.start(script)
      await until(stream, ({ connection }) => connection === 'live')
      goOn()
      await stream.result
      const names = stream.state.phases.map(({ status }) => status)
      const known = ['received', 'queued', 'running', 'completed']
      expect(names).toEqual(known.filter((name) => names.includes(name as never)))
      expect(names).toContain('running')
    },
  },
  {
    name: 'a run that waits is queued',
    lacks: noQueue,
    async check(bench) {
      const { script, goOn } = paused([{ status: 'running' }], [{ status: 'queued' }])
      const stream = await bench.start(script)
      await until(stream, ({ status }) => status === 'queued')
      goOn()
      await stream.result
    },
  },
  {
    name: 'text grows piece by piece',
    lacks: noText,
    async check(bench) {
      const { script, goOn } = paused(wholeRun(bench.wire), [])
      const stream = await bench.start(script)
      await until(stream, ({ connection }) => connection === 'live')
      goOn()
      let before = ''
      let count = 0
      for await (const { partial_output: partial } of stream) {
        if (partial === undefined) continue
        const shown = JSON.stringify(bench.wire.outputOf('')) === JSON.stringify(partial) ? '' : textIn(partial)
        expect(shown.startsWith(before)).toBe(true)
        if (shown !== before) count += 1
        before = shown
      }
      expect(text.startsWith(before)).toBe(true)
      expect(count).toBeGreaterThan(0)
    },
  },
  {
    name: 'text is shown while the run goes on',
    lacks: noText,
    async check(bench) {
      const { script, goOn } = paused([{ text: 'second' }])
      const stream = await bench.start(script)
      await until(stream, ({ partialOutput }) => partialOutput !== null && textIn(partialOutput) === 'first ')
      goOn()
      expect((await stream.result).output).toEqual(bench.wire.outputOf('first second'))
    },
  },
  {
    name: 'a text of 300,000 characters is whole',
    lacks: noText,
    async check(bench) {
      const long = 'Zeile ä – 湖 🏔️\n'.repeat(20_000)
      const steps: Step[] = [{ status: 'running' }]
      for (let at = 0; at < long.length; at += 4_001) steps.push({ text: long.slice(at, at + 4_001) })
      expect((await bench.run(steps)).output).toEqual(bench.wire.outputOf(long))
    },
  },
  {
    name: 'a run without text completes',
    async check(bench) {
      expect(await bench.run([{ status: 'running' }])).toMatchObject({ status: 'completed', error: null })
    },
  },
  {
    name: 'log lines come once and in order',
    lacks: noLogs,
    async check(bench) {
      const stream = await bench.start(wholeRun(bench.wire))
      const seen: string[] = []
      for await (const update of stream) seen.push(...update.logs)
      expect(seen).toEqual(lines)
      expect(stream.state.logs).toEqual(lines)
    },
  },
  {
    name: '3,000 lines at once are all there',
    lacks: noLogs,
    async check(bench) {
      const many = Array.from({ length: 3_000 }, (_, index) => `line ${index}`)
      const { logs } = await bench.run([{ status: 'running' }, ...many.map((log) => ({ log }))])
      expect(logs).toEqual(many)
    },
  },
  {
    name: 'progress is shown and does not go back',
    lacks: noProgress,
    async check(bench) {
      const { script, goOn } = paused(wholeRun(bench.wire), [])
      const stream = await bench.start(script)
      await until(stream, ({ connection }) => connection === 'live')
      goOn()
      const seen: number[] = []
      for await (const { progress } of stream) if (progress?.fraction !== undefined) seen.push(progress.fraction)
      expect(seen.at(-1)).toBe(1)
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    },
  },
  {
    name: 'a slow reader gets every line',
    lacks: noLogs,
    async check(bench) {
      const many = Array.from({ length: 500 }, (_, index) => `line ${index}`)
      const stream = await bench.start([{ status: 'running' }, ...many.map((log) => ({ log }))])
      const seen: string[] = []
      for await (const update of stream) {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(...update.logs)
      }
      expect(seen).toEqual(many)
    },
  },
  {
    name: 'twelve runs at once do not mix',
    async check(bench) {
      const all = Array.from({ length: 12 }, (_, index) => `text ${index}`)
      const ends = await Promise.all(all.map((piece) => bench.run([{ status: 'running' }, { text: piece }])))
      expect(ends.map(({ output }) => output)).toEqual(all.map((piece) => bench.wire.outputOf(piece)))
    },
  },

  // ── How a run fails ──
  {
    name: 'a failed run ends as failed, with its sentence',
    async check(bench) {
      const end = await bench.run([{ status: 'running' }, { fail: 'Out of memory: 80 GB' }])
      expect(end).toMatchObject({ status: 'failed', error: 'Out of memory: 80 GB' })
    },
  },
  {
    name: 'what a failed run had said stays',
    lacks: noText,
    async check(bench) {
      const stream = await bench.start([{ status: 'running' }, { text: 'half ' }, { text: 'a word' }, { fail: 'No.' }])
      await expect(stream.result).rejects.toMatchObject({ code: 'task_failed', message: 'No.' })
      expect(textIn(stream.state.partialOutput ?? stream.state.output)).toBe('half a word')
    },
  },
  {
    name: '401 at the start is an auth error',
    check: async (bench) => refusedStart(bench, 401, { code: 'auth', retryable: false }),
  },
  { name: '403 at the start is forbidden', check: async (bench) => refusedStart(bench, 403, { code: 'forbidden' }) },
  {
    name: '422 at the start is a validation error with its sentence',
    check: async (bench) => refusedStart(bench, 422, { code: 'validation', message: 'Refused by the test.' }),
  },
  {
    name: '429 at the start is waited out',
    async check(bench) {
      bench.net.answer(isPost, refusal(429))
      expect(await bench.run([{ text: 'a' }])).toMatchObject({ status: 'completed' })
      expect(bench.server.starts).toBe(1)
    },
  },
  {
    name: 'a web page instead of an answer to the start is an error that says so',
    async check(bench) {
      bench.net.answer(isPost, page)
      await expect(bench.start([])).rejects.toMatchObject({ code: 'protocol' })
    },
  },
  {
    name: 'a start whose answer is lost is not sent twice',
    lacks: ({ promises }) => promises.idempotentStart === true && 'a repeated start begins one run',
    async check(bench) {
      bench.net.loseAnswer(isPost)
      await expect(bench.start([])).rejects.toMatchObject({ code: 'network', mayHaveStarted: true })
      expect(bench.server.starts).toBe(1)
    },
  },
  {
    name: 'a server that is not there is a network error',
    async check(bench) {
      bench.net.answer(isPost, away)
      await expect(bench.start([])).rejects.toMatchObject({ code: 'network' })
    },
  },
  {
    name: 'a run that is gone is not found, and never completed',
    async check(bench) {
      const { taskId, result } = await bench.start([{ text: 'a' }])
      await result
      await bench.server.forget(taskId)
      const stream = bench.another().client.tasks.stream(taskId)
      await expect(stream.result).rejects.toMatchObject({ code: 'not_found' })
      expect(stream.state.status).toBe('error')
    },
  },

  // ── Lost connections ──
  {
    name: 'cut anywhere by a clean end, it ends the same',
    lacks: noResume,
    check: async (bench) => cutEverywhere(bench, 'fin'),
  },
  {
    name: 'cut anywhere by a reset, it ends the same',
    lacks: noResume,
    check: async (bench) => cutEverywhere(bench, 'reset'),
  },
  {
    name: 'cut anywhere by silence, it ends the same',
    lacks: noResume,
    check: async (bench) => cutEverywhere(bench, 'hang'),
  },
  {
    name: 'cut three times in a row, it ends the same',
    lacks: noResume,
    async check(bench) {
      const length = await lengthOf(bench)
      bench.net.cutAfter('reset', length * 0.5, length * 0.2, length * 0.3)
      expect(await bench.run(wholeRun(bench.wire))).toEqual(wholeEnd(bench.wire))
    },
  },
  {
    name: 'a lost connection is shown, and made again',
    lacks: noResume,
    async check(bench) {
      const { stream, goOn } = await lostInMidRun(bench, refusal(500))
      await until(stream, ({ connection }) => connection === 'reconnecting')
      await until(stream, ({ connection }) => connection === 'live')
      goOn()
      expect((await stream.result).output).toEqual(bench.wire.outputOf('first last'))
    },
  },
  {
    name: '500 and 429 to a reconnect are waited out',
    lacks: noResume,
    async check(bench) {
      const { stream, goOn } = await lostInMidRun(bench, refusal(500), refusal(429))
      goOn()
      expect((await stream.result).output).toEqual(bench.wire.outputOf('first last'))
    },
  },
  {
    name: '401 to a reconnect ends it with an auth error; what was said stays',
    lacks: noResume,
    async check(bench) {
      const { stream } = await lostInMidRun(bench, ...Array.from({ length: 9 }, () => refusal(401)))
      await expect(stream.result).rejects.toMatchObject({ code: 'auth' })
      expect(textIn(stream.state.partialOutput)).toBe('first ')
    },
  },
  {
    name: 'a web page to every reconnect ends it with an error, never as completed',
    lacks: noResume,
    async check(bench) {
      const { stream } = await lostInMidRun(bench, ...Array.from({ length: 60 }, () => page))
      await expect(stream.result).rejects.toMatchObject({ code: 'protocol' })
    },
  },
  {
    name: 'a server that stays away ends it with a network error; what was said stays',
    async check(bench) {
      const { stream } = await lostInMidRun(bench, ...Array.from({ length: 60 }, () => away))
      await expect(stream.result).rejects.toMatchObject({ code: 'network', retryable: true })
      expect(textIn(stream.state.partialOutput)).toBe('first ')
    },
  },

  // ── Other bytes of the same meaning ──
  {
    name: 'byte by byte',
    async check(bench) {
      bench.net.pieceLength = 1
      expect(await bench.run(wholeRun(bench.wire))).toEqual(wholeEnd(bench.wire))
    },
  },
  {
    name: 'with CRLF',
    check: async (bench) => rewritten(bench, (event) => event.replaceAll('\n', '\r\n')),
  },
  {
    name: 'with comments and retry times between events',
    check: async (bench) => rewritten(bench, (event) => `: beat\n\nretry: 5\n\n${event}`),
  },
  {
    name: 'with unknown events',
    check: async (bench) =>
      rewritten(bench, (event) => `event: mystery\ndata: {"type":"mystery","mystery":[1]}\n\n${event}`),
  },
  {
    name: 'with frames that come twice',
    lacks: noNumbers,
    check: async (bench) => rewritten(bench, (event) => event + event),
  },

  // ── Joining ──
  {
    name: 'joined by its id in mid-run, it has everything',
    lacks: noResume,
    async check(bench) {
      const { script, goOn } = paused([{ text: 'last' }])
      const stream = await bench.start(script)
      await until(stream, isRunning)
      stream.close()
      const joined = bench.another().client.tasks.stream(stream.taskId)
      await until(joined, ({ partialOutput }) => partialOutput !== null)
      goOn()
      expect((await joined.result).output).toEqual(bench.wire.outputOf('first last'))
    },
  },
  {
    name: 'joined by its id after its end, it has everything',
    lacks: noResume,
    async check(bench) {
      const stream = await bench.start(wholeRun(bench.wire))
      await stream.result
      expect(await endOf(bench.another().client.tasks.stream(stream.taskId))).toEqual(wholeEnd(bench.wire))
    },
  },
  {
    name: 'two clients follow one run and see the same',
    lacks: noResume,
    async check(bench) {
      const { script, goOn } = paused(wholeRun(bench.wire).slice(-6))
      const first = await bench.start(script)
      await until(first, isRunning)
      const second = bench.another().client.tasks.stream(first.taskId)
      await until(second, isRunning)
      goOn()
      expect(await endOf(second)).toEqual(await endOf(first))
    },
  },
  {
    name: 'leaving it does not stop it',
    lacks: noResume,
    async check(bench) {
      const { script, goOn } = paused([{ text: 'last' }])
      const stream = await bench.start(script)
      await until(stream, isRunning)
      stream.close()
      goOn()
      const joined = bench.another().client.tasks.stream(stream.taskId)
      expect((await joined.result).output).toEqual(bench.wire.outputOf('first last'))
      expect(bench.cancelled).toEqual([])
    },
  },

  // ── Stopping ──
  {
    name: 'Stop stops it at the server, and it ends as cancelled',
    lacks: noCancel,
    async check(bench) {
      const stream = await bench.start(paused().script)
      await until(stream, isRunning)
      await stream.cancel()
      await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
      expect(stream.state.status).toBe('cancelled')
      expect(bench.cancelled).toEqual(['run 1'])
    },
  },
  {
    name: 'what a cancelled run had said stays',
    lacks: noCancel,
    async check(bench) {
      const stream = await bench.start(paused().script)
      await until(stream, ({ partialOutput }) => partialOutput !== null)
      await stream.cancel()
      await stream.result.catch(() => {})
      expect(textIn(stream.state.partialOutput ?? stream.state.output)).toBe('first ')
    },
  },
  {
    name: 'aborted before its id is known, it is stopped too',
    lacks: noCancel,
    async check(bench) {
      const controller = new AbortController()
      const starting = bench.start(paused().script, { signal: controller.signal })
      controller.abort()
      await expect(starting).rejects.toMatchObject({ name: 'AbortError' })
      await expect.poll(() => bench.server.starts === 0 || bench.cancelled.length === 1).toBe(true)
    },
  },
  {
    name: 'aborted in mid-run, readers end at once, and so does the run at the server',
    lacks: noCancel,
    async check(bench) {
      const controller = new AbortController()
      const stream = await bench.start(paused().script, { signal: controller.signal })
      await until(stream, isRunning)
      controller.abort()
      await expect(stream.result).rejects.toMatchObject({ name: 'AbortError' })
      await expect.poll(() => bench.cancelled).toEqual(['run 1'])
    },
  },
  {
    name: 'stopped from another client, it ends as cancelled here',
    lacks: noCancel,
    async check(bench) {
      const stream = await bench.start(paused().script)
      await until(stream, isRunning)
      await bench.another().client.tasks.cancel(stream.taskId)
      await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
    },
  },
  {
    name: 'stopped while its connection is lost, it ends as cancelled',
    lacks: (wire) => noCancel(wire) || noResume(wire),
    async check(bench) {
      const { stream } = await lostInMidRun(bench, refusal(500))
      await stream.cancel()
      await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
    },
  },
  {
    name: 'a second Stop does no harm',
    lacks: noCancel,
    async check(bench) {
      const stream = await bench.start(paused().script)
      await until(stream, isRunning)
      await Promise.all([stream.cancel(), bench.another().client.tasks.cancel(stream.taskId)])
      await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
    },
  },
  {
    name: 'a Stop that is refused says so, and the run goes on',
    async check(bench) {
      const { script, goOn } = paused([{ text: 'last' }])
      const stream = await bench.start(script)
      await until(stream, isRunning)
      for (let count = 0; count < 9; count += 1) bench.net.answer(isPost, refusal(403))
      await expect(stream.cancel()).rejects.toMatchObject({ name: 'InferstreamError' })
      expect(stream.state.status).toBe('running')
      goOn()
      expect((await stream.result).output).toEqual(bench.wire.outputOf('first last'))
    },
  },
  {
    name: 'a time-out that detaches leaves it going',
    async check(bench) {
      const { script, goOn } = paused([{ text: 'last' }])
      const stream = await bench.start(script, { timeoutMs: 300, onTimeout: 'detach' })
      await expect(stream.result).rejects.toMatchObject({ code: 'timeout' })
      expect(bench.cancelled).toEqual([])
      goOn()
    },
  },

  // ── Resources ──
  {
    name: 'no connection stays open after the end',
    async check(bench) {
      bench.net.cutAfter('reset', (await lengthOf(bench)) / 2)
      await bench.run(wholeRun(bench.wire))
      await expect.poll(() => bench.net.open).toBe(0)
    },
  },
  {
    name: 'no connection stays open after it is left',
    async check(bench) {
      const stream = await bench.start(paused().script)
      await until(stream, isRunning)
      stream.close()
      await expect.poll(() => bench.net.open).toBe(0)
    },
  },
  {
    name: 'a run that nobody follows holds no connection',
    async check(bench) {
      const own = bench.server.options?.(bench.net.fetch) ?? { transport: bench.server.transport!(bench.net.fetch) }
      await inference(own).run({ app: 'bench/script', input: 'run 0' }, { wait: false })
      await expect.poll(() => bench.net.open).toBe(0)
    },
  },
]

/** The text of an output, wherever the wire has it. */
function textIn(output: unknown): string {
  if (typeof output === 'string') return output
  const found = Object.values(output ?? {}).find((one) => typeof one === 'string')
  return typeof found === 'string' ? found : ''
}
