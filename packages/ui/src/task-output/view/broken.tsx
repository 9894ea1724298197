'use client'
import { later } from '../../part/later.tsx'

// Few files are broken.
export const Broken = later(
  async () => (await import('./broken-file.tsx')).BrokenFile,
  () => <div data-slot="task-output-frame" data-kind="image" />,
)
