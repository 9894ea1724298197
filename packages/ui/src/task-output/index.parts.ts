export { TaskOutputPreview as Preview } from './parts/task-output-preview.tsx'
export { TaskOutputRoot as Root } from './parts/task-output-root.tsx'
export { TaskOutputView as View } from './parts/task-output-view.tsx'
