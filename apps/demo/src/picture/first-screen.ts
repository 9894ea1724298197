import { hydrateTask, type InferenceClient, type TaskState } from '@inferstream/react'
import { recordedEndOf } from '../recorded/recordings.ts'
import { defaultApp, isRemote } from '../service.ts'

/** ms that the first screen may be waited for: after that it comes as its parts do. */
const patience = 1_500

/** What the page shows first: the app of its address, that app's schema, and the end of a recorded run of it. */
export const firstScreen: { app: string; schema: object | undefined; sample: TaskState | null } = {
  app: new URLSearchParams(location.search).get('app') || defaultApp.ref,
  schema: undefined,
  sample: null,
}

export async function prepare(client: InferenceClient): Promise<void> {
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, patience)
  })
  const form = async () => {
    // Where it fails, the form says why and offers to try again.
    const details = await client.apps.get(firstScreen.app).catch(() => null)
    firstScreen.schema = details?.inputSchema
  }
  await Promise.race([Promise.all([form(), picture(), document.fonts.load('14px "Inter Variable"')]), late])
}

async function picture(): Promise<void> {
  const end = isRemote ? null : await recordedEndOf(firstScreen.app)
  firstScreen.sample = end && hydrateTask(end)
}
