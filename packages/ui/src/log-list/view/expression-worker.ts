// Runs a reader's expressions where they cannot block the page. The worker is made of text, so that no bundler needs to know of
// it; where a page forbids that (Content-Security-Policy without `worker-src blob:`) expressions are searched as text.
import type { LogExpression } from '../model/log-query.ts'

/** For each text that matches: its index, then start and end of what is marked. */
export type Found = readonly (readonly number[])[]

export interface ExpressionWorker {
  /**
   * May be called again before the answer. Rejects if the expressions take longer than the limit, or there is no worker; it is then
   * ended.
   */
  readonly match: (texts: readonly string[]) => Promise<Found>
  readonly end: () => void
}

/** ms for one slice of lines. */
const limit = 1_000

const code = `let list = []
onmessage = ({ data }) => {
  if (data.expressions) {
    list = data.expressions.map(({ source, flags, isExcluded }) => {
      try { return { one: new RegExp(source, 'g' + flags), isExcluded } } catch { return { one: new RegExp(source, 'g' + flags.replace('u', '')), isExcluded } }
    })
    return
  }
  const found = []
  data.texts.forEach((text, index) => {
    const marks = [index]
    for (const { one, isExcluded } of list) {
      one.lastIndex = 0
      let hit = one.exec(text)
      if (!hit !== isExcluded) return
      for (; hit && marks.length < 200; hit = one.exec(text)) {
        if (hit[0] === '') one.lastIndex += 1
        else marks.push(hit.index, hit.index + hit[0].length)
      }
    }
    found.push(marks)
  })
  postMessage(found)
}`

/** Null where there are no workers. */
export function createExpressionWorker(expressions: readonly LogExpression[]): ExpressionWorker | null {
  if (typeof Worker === 'undefined' || typeof URL.createObjectURL !== 'function') return null
  let worker: Worker
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    worker = new Worker(url)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage({ expressions })
  } catch {
    URL.revokeObjectURL(url)
    return null
  }
  /** The slices that the worker has not answered, oldest first. */
  let waiting: { readonly resolve: (found: Found) => void; readonly reject: (error: Error) => void }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    clearTimeout(timer)
    worker.terminate()
    URL.revokeObjectURL(url)
  }
  const fail = (reason: string) => {
    end()
    for (const { reject } of waiting) reject(new Error(reason))
    waiting = []
  }
  /** The limit counts from when the worker begins with a slice. */
  const limitTime = () => {
    clearTimeout(timer)
    if (waiting.length > 0) timer = setTimeout(fail, limit, 'slow')
  }
  worker.addEventListener('message', ({ data }: MessageEvent<Found>) => {
    waiting.shift()?.resolve(data)
    limitTime()
  })
  worker.addEventListener('error', () => fail('none'))
  return {
    end,
    match: (texts) =>
      new Promise<Found>((resolve, reject) => {
        waiting.push({ resolve, reject })
        if (waiting.length === 1) limitTime()
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
        worker.postMessage({ texts })
      }),
  }
}
