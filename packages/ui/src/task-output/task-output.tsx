'use client'
import type { ReactNode } from 'react'
import { TaskOutputPreview } from './parts/task-output-preview.tsx'
import { TaskOutputRoot, type TaskOutputRootProps } from './parts/task-output-root.tsx'
import { TaskOutputView } from './parts/task-output-view.tsx'

export type TaskOutputProps = TaskOutputRootProps

/** What a run returned: a picture, a gallery, a video, a sound, a text, a file, values, or several of these. */
export function TaskOutput(props: TaskOutputProps): ReactNode {
  return (
    <TaskOutputRoot {...props}>
      <TaskOutputView />
      <TaskOutputPreview />
    </TaskOutputRoot>
  )
}
