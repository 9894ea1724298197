import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { InferenceClient, RunConfig, RunStreamOptions, TaskStream } from '@inferstream/client'
import { handCrankFrames, pass, scripted, wrapperOf } from '../test/scripted.tsx'
import { InferstreamError, useStream, useStreams } from './index.ts'
import type { RunOutcome } from './index.ts'

handCrankFrames()

const withFile = { app: 'ns/app', input: { image: new Blob(['pixels']) } }

/** A client that uploads until the test says otherwise, and counts what it posts. */
function uploading() {
  const { client, transport } = scripted()
  const uploads: { progress: (fraction: number) => void; finish: () => void; signal: AbortSignal | undefined }[] = []
  let posts = 0
  const run = async (config: RunConfig, options: RunStreamOptions): Promise<TaskStream> => {
    const { signal, onUploadProgress } = options
    onUploadProgress?.(0)
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new InferstreamError('aborted', 'Aborted.')))
      uploads.push({ progress: (fraction) => onUploadProgress?.(fraction), finish: resolve, signal })
    })
    onUploadProgress?.(null)
    posts += 1
    return client.run(config, options)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one overload that hooks call
  const slow = { ...client, run: run as InferenceClient['run'] }
  return { transport, uploads, posts: () => posts, wrapper: wrapperOf(slow) }
}

describe('Cancel while the input is uploaded', () => {
  it('ends the run at once, and nothing is sent', async () => {
    const { uploads, posts, wrapper } = uploading()
    const { result } = renderHook(() => useStream(), { wrapper })
    const outcomes: RunOutcome[] = []
    await act(async () => void result.current.run(withFile).then((outcome) => outcomes.push(outcome)))
    await act(() => result.current.cancel())
    expect(uploads[0]?.signal?.aborted).toBe(true)
    expect(outcomes).toEqual([{ status: 'cancelled' }])
    expect(result.current).toMatchObject({ status: 'cancelled', isTerminal: true, uploadProgress: null })
    expect(posts()).toBe(0)
  })

  it('ends it also where Cancel came in the moment before the upload began', async () => {
    const { posts, wrapper } = uploading()
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => {
      void result.current.run(withFile)
      await result.current.cancel()
    })
    expect(result.current.status).toBe('cancelled')
    expect(posts()).toBe(0)
  })

  it('asks the service once the run itself is on its way', async () => {
    const { transport, uploads, wrapper } = uploading()
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => void result.current.run(withFile))
    await act(async () => uploads[0]?.finish())
    await act(() => result.current.cancel())
    expect(transport.last.cancelled).toBe(true)
    expect(result.current.status).toBe('cancelling')
  })

  it('lets the next run of a batch go', async () => {
    const { uploads, wrapper } = uploading()
    const { result } = renderHook(() => useStreams({ concurrency: 1 }), { wrapper })
    await act(async () => void result.current.start([withFile, withFile]))
    await act(() => result.current.runs[0]!.cancel())
    await pass()
    expect(uploads).toHaveLength(2)
    expect(result.current.counts).toMatchObject({ cancelled: 1, active: 1 })
  })
})

describe('uploadProgress', () => {
  it('goes from 0 to 1 while the input is uploaded, and is null before and after', async () => {
    const { uploads, wrapper } = uploading()
    const { result } = renderHook(() => useStream(), { wrapper })
    expect(result.current.uploadProgress).toBeNull()
    await act(async () => void result.current.run(withFile))
    expect(result.current).toMatchObject({ status: 'starting', uploadProgress: 0 })
    act(() => uploads[0]?.progress(0.5))
    expect(result.current.uploadProgress).toBe(0.5)
    await act(async () => uploads[0]?.finish())
    expect(result.current).toMatchObject({ status: 'received', uploadProgress: null })
  })
})
