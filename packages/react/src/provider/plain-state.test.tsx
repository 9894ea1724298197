import { act } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import { scriptedTransport } from '@inferstream/client/testing'
import { config } from '../../test/scripted.tsx'
import { dehydrateTask, hydrateTask, useStreamSelector } from '../index.ts'
import type { PlainTaskState, TaskState } from '../index.ts'

async function failedRun() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  const { taskId } = await client.run(config, { wait: false })
  transport.last.update({ status: 'running', logs: ['a'] })
  transport.last.fail('out of memory')
  return client.tasks.get(taskId)
}

function Failure({ state }: { state: TaskState }) {
  return useStreamSelector(
    state,
    ({ status, error, logs }) => `${status}: ${error?.code} ${error?.message}, ${logs[0]}`,
  )
}

const Hydrated = ({ plain }: { plain: PlainTaskState }) => <Failure state={hydrateTask(plain)} />

describe('a failed run’s state from a server component', () => {
  it('is the same on the server and in the page, and hydrates without a mismatch', async () => {
    const plain = dehydrateTask(await failedRun())
    const html = renderToString(<Hydrated plain={plain} />)
    expect(html).toBe('failed: task_failed out of memory, a')
    const page = Object.assign(document.createElement('div'), { innerHTML: html })
    const onRecoverableError = vi.fn()
    await act(async () => hydrateRoot(page, <Hydrated plain={structuredClone(plain)} />, { onRecoverableError }))
    expect(onRecoverableError).not.toHaveBeenCalled()
    expect(page).toHaveTextContent(html)
  })
})
