// The job itself, and the names that servers and workers share.
export const queueName = 'renders'
/** Ids of runs that are to be cancelled are published here. */
export const cancelChannel = 'renders:cancel'

/** Stands for the work of a model: each step yields what it has done. A job that is tried again begins at `from`. */
export async function* render({ frames = 60, msPerFrame = 50, failAt, padding = 0 }, from, signal) {
  for (let frame = from; frame < frames; frame += 1) {
    if (msPerFrame > 0) await new Promise((resolve) => setTimeout(resolve, msPerFrame))
    signal.throwIfAborted()
    if (frame === failAt) throw new Error(`Frame ${frame} could not be drawn.`)
    yield {
      logs: [`frame ${frame + 1} of ${frames} drawn${'.'.repeat(padding)}`],
      progress: { current: frame + 1, total: frames, unit: 'frames' },
      delta: { response: `${frame} ` },
    }
  }
}
