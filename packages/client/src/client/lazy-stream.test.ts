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

it('a stream closed before its code is loaded closes at once and never connects', async () => {
  const { open } = await opened()
  let finishLoading: ((module: object) => void) | undefined
  const openStream = vi.fn(open)
  const stream = lazyStream('scripted-1', new Promise<object>((resolve) => (finishLoading = resolve)), openStream)
  const listener = vi.fn()
  stream.subscribe(listener)
  const reader = stream[Symbol.asyncIterator]()
  stream.close()
  expect(stream.state.connection).toBe('closed')
  expect(listener).toHaveBeenCalledTimes(1)
  await expect(stream.result).rejects.toMatchObject({ code: 'aborted' })
  finishLoading?.({})
  await settled()
  expect(openStream).not.toHaveBeenCalled()
  expect(await reader.next()).toMatchObject({ done: true })
})

it('notifies its subscribers of changes only', async () => {
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
