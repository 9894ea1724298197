'use client'
import type { ReactNode } from 'react'
import { later } from '../../part/later.tsx'
import { formatNumber } from '../../text/format.ts'
import { jsonText } from '../model/json-text.ts'
import { isMarkdown } from '../model/markdown-text.ts'
import type { OutputView } from '../model/read-output.ts'
import { FileCard } from '../view/file-card.tsx'
import { Picture } from '../view/picture.tsx'
import { PlainText } from '../view/plain-text.tsx'
import { useTaskOutput } from './task-output-context.ts'

const Player = later(
  async () => (await import('../view/player.tsx')).Player,
  () => <div data-slot="task-output-frame" data-kind="video" />,
)
const Markdown = later(async () => (await import('../view/markdown.tsx')).Markdown, PlainText)
const JsonTree = later(
  async () => (await import('../view/json-tree.tsx')).JsonTree,
  ({ value }) => <PlainText text={jsonText(value)} />,
)

/** The output, or the part of it that is given. */
export function TaskOutputView({ of }: { of?: OutputView | undefined }): ReactNode {
  const { view: whole, alt, locale, messages } = useTaskOutput('View')
  const view = of ?? whole
  switch (view.kind) {
    case 'none':
      return <p data-slot="task-output-empty">{messages.empty}</p>
    case 'image':
      return <Picture file={view.file} alt={alt} isSure />
    case 'unknown':
      return <Picture file={view.file} alt={alt} />
    case 'gallery': {
      const name = (at: number) =>
        messages.ofSeveral(alt, formatNumber(at + 1, locale), formatNumber(view.files.length, locale))
      const pictures = view.files.map((file, at) => ({ file, alt: name(at) }))
      return (
        <ul data-slot="task-output-gallery">
          {pictures.map((picture, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- pictures keep their order
            <li key={at}>
              <Picture {...picture} among={pictures} at={at} />
            </li>
          ))}
        </ul>
      )
    }
    case 'video':
    case 'audio':
      return <Player file={view.file} kind={view.kind} />
    case 'text':
      return isMarkdown(view.text) ? <Markdown text={view.text} /> : <PlainText text={view.text} />
    case 'json':
      return <JsonTree value={view.value} />
    case 'file':
      return <FileCard file={view.file} />
    case 'unsafe':
      return (
        <FileCard file={view.file} address={view.address} note={view.runsCode ? messages.unsafe : messages.notOpened} />
      )
    case 'group':
    default:
      return view.parts.map(({ key, view: part }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- parts keep their order
        <div key={`${at} ${key}`} data-slot="task-output-part" role="group" aria-label={key || messages.rest}>
          <p data-slot="task-output-key">{key || messages.rest}</p>
          <TaskOutputView of={part} />
        </div>
      ))
  }
}
