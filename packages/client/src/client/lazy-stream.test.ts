import { expect, it, vi } from 'vitest'
import { settled } from '../../test/manual-platform.ts'
import { scriptedTransport } from '../transports/scripted-transport.ts'
import { inference } from './client.ts'
import { lazyStream } from './lazy-stream.ts'

async function opened() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  await client.run({ app: 'a/b', input: {} }, { wait: false })
  return { transport, open: () => client.tasks.stream<{ ok: boolean }>(transport.last.taskId) }
}

it('closed before its code is there it is closed, at once, and never connects', async () => {
  const { open } = await opened()
  let load = (_: object) => {}
  const opening = vi.fn(open)
  const stream = lazyStream('scripted-1', new Promise<object>((resolve) => (load = resolve)), opening)
  const listener = vi.fn()
  stream.subscribe(listener)
  const reader = stream[Symbol.asyncIterator]()
  stream.close()
  expect(stream.state.connection).toBe('closed')
  expect(listener).toHaveBeenCalledTimes(1)
  await expect(stream.result).rejects.toMatchObject({ code: 'aborted' })
  load({})
  await settled()
  expect(opening).not.toHaveBeenCalled()
  expect(await reader.next()).toMatchObject({ done: true })
})

it('tells its subscribers of changes only', async () => {
  const { transport, open } = await opened()
  const stream = lazyStream('scripted-1', Promise.resolve({}), open)
  const states: unknown[] = [stream.state]
  stream.subscribe(() => states.push(stream.state))
  await settled()
  transport.last.update({ status: 'running' })
  transport.last.update({ status: 'running' })
  transport.last.complete({ ok: true })
  await stream.result
  const texts = states.map((state) => JSON.stringify(state))
  expect(new Set(texts).size).toBe(texts.length)
})
