import { readOutput } from '../task-output/model/read-output.ts'

/** The address of an output that is one picture, or one file whose type its address does not tell; undefined for any other. */
export function imageUrl(output: unknown): string | undefined {
  const view = readOutput(output)
  return view.kind === 'image' || view.kind === 'unknown' ? view.file.url : undefined
}
