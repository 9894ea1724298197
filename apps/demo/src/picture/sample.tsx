import { hydrateTask, type TaskState } from '@inferstream/react'
import { ProgressDisplay } from '@inferstream/ui/progress-display'
import { TaskOutput } from '@inferstream/ui/task-output'
import { useEffect, useState } from 'react'
import { firstScreen } from './first-screen.ts'
import { recordedEndOf } from '../recorded/recordings.ts'

/** The end of a recorded run of an app, so that its page is not empty before the first run. Null without one. */
export function useSample(app: string | null): TaskState | null {
  const [found, setFound] = useState<{ app: string; state: TaskState } | null>(
    firstScreen.sample && { app: firstScreen.app, state: firstScreen.sample },
  )
  useEffect(() => {
    if (app === null || (app === firstScreen.app && firstScreen.sample)) return undefined
    let isCurrent = true
    const show = async () => {
      const end = await recordedEndOf(app)
      if (end && isCurrent) setFound({ app, state: hydrateTask(end) })
    }
    void show()
    return () => {
      isCurrent = false
    }
  }, [app])
  return found !== null && found.app === app ? found.state : null
}

/** What a run of this app comes to, said to be one that was recorded. */
export function Sample({ app, state }: { app: string; state: TaskState }) {
  return (
    <>
      <TaskOutput className="sample" output={state.output} label="Result of a recorded run" alt="A recorded result" />
      <ProgressDisplay stream={state} app={app} timeline label="A recorded run" />
    </>
  )
}
