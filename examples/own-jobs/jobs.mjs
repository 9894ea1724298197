// What workers, servers and tests have in common: names in Redis, and the job itself.
export const queueName = 'renders'
/** The history of a run: one entry an update, its id is the cursor. */
export const streamOf = (id) => `run:${id}`
/** Counts the attempts at a job: a worker that was overtaken must not write any more. */
export const fenceOf = (id) => `run:${id}:fence`
export const cancelChannel = 'renders:cancel'
/** s that the history of a run is kept, from its last update on. */
export const keptFor = 3_600

/** Stands for the work of a model: each step says what it has done. A job that is tried again begins at `from`. */
export async function* render({ frames = 60, msPerFrame = 50, failAt }, from, signal) {
  for (let frame = from; frame < frames; frame += 1) {
    await new Promise((resolve) => setTimeout(resolve, msPerFrame))
    signal.throwIfAborted()
    if (frame === failAt) throw new Error(`Frame ${frame} could not be drawn.`)
    yield {
      logs: [`frame ${frame + 1} of ${frames} drawn`],
      progress: { current: frame + 1, total: frames, unit: 'frames' },
      delta: { response: `${frame} ` },
    }
  }
}
