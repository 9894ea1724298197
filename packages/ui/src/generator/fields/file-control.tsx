'use client'
import { useCallback, useState, type ClipboardEvent, type ComponentProps, type DragEvent } from 'react'
import { XIcon } from '../../part/icons.ts'
import { readOutput } from '../../task-output/model/read-output.ts'
import { nameOf } from '../schema/input-text.ts'
import { useGenerator } from '../generator-context.ts'
import { isBlob, pointerOf } from '../schema/json.ts'
import type { FileField } from '../schema/read-schema.ts'
import type { ControlProps } from './field-frame.tsx'
import { useForm } from './form-context.ts'

/** A file from the disk, the clipboard or another window, or its address. It is sent with the run. */
export function FileControl({ field, path, value, id, describedBy, isInvalid }: ControlProps<FileField>) {
  const { set, setProblem, messages, lostFiles } = useForm()
  const [isOver, setIsOver] = useState(false)
  const pointer = pointerOf(path)
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (!file) return
    if (!fits(file, field.accept)) {
      setProblem(pointer, messages.wrongFile(field.accept ?? ''))
      return
    }
    setProblem(pointer, null)
    set(path, file)
  }
  const remove = () => {
    setProblem(pointer, null)
    set(path, undefined)
  }
  const address = addressOf(value)
  const name = isBlob(value) ? nameOf(value) : typeof value === 'object' && value !== null ? address : null
  const lost = value === undefined ? lostFiles.get(pointer) : undefined
  return (
    <div
      data-slot="generator-file"
      data-over={isOver || undefined}
      onDragOver={(event: DragEvent) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event: DragEvent) => {
        event.preventDefault()
        setIsOver(false)
        take(event.dataTransfer.files)
      }}
      onPaste={(event: ClipboardEvent) => {
        if (event.clipboardData.files.length === 0) return
        event.preventDefault()
        take(event.clipboardData.files)
      }}
    >
      {name !== null && (
        <div data-slot="generator-chosen">
          <Thumbnail value={value} />
          {isBlob(value) && <UploadProgress />}
          <span data-slot="generator-file-name" dir="auto">
            {name}
          </span>
          <button
            type="button"
            data-slot="generator-tool"
            aria-label={messages.removeFile(name)}
            title={messages.removeFile(name)}
            onClick={remove}
          >
            <XIcon aria-hidden="true" width={14} height={14} />
          </button>
        </div>
      )}
      {lost !== undefined && <p data-slot="generator-lost-file">{messages.lostFile(lost)}</p>}
      <div data-slot="generator-row">
        <label data-slot="generator-choose-file">
          <input
            id={id}
            type="file"
            accept={field.accept}
            aria-label={`${field.label}: ${messages.chooseFile}`}
            aria-describedby={describedBy}
            aria-invalid={isInvalid || undefined}
            onChange={(event) => {
              take(event.target.files)
              // The same file can be chosen again.
              event.target.value = ''
            }}
          />
          <span>{messages.chooseFile}</span>
        </label>
        <span data-slot="generator-hint">{messages.dropFile}</span>
      </div>
      {name === null && (
        <div data-slot="generator-row">
          <Thumbnail value={value} />
          <input
            type="text"
            inputMode="url"
            data-slot="generator-input"
            placeholder="https://"
            aria-label={messages.fileUrl(field.label)}
            value={typeof value === 'string' ? value : ''}
            dir="ltr"
            onChange={(event) => set(path, event.target.value === '' ? undefined : event.target.value)}
          />
        </div>
      )}
    </div>
  )
}

/** While the files of the input are sent, all of them together. */
function UploadProgress() {
  const { stream } = useGenerator('Fields')
  const { messages } = useForm()
  const { uploadProgress } = stream
  if (uploadProgress === null) return null
  return <progress data-slot="generator-upload" aria-label={messages.uploading} value={uploadProgress} />
}

/** The picture, if the file or the address is one that can be shown. */
function Thumbnail({ value }: { value: unknown }) {
  const [broken, setBroken] = useState<unknown>(null)
  if (value === undefined || broken === value) return null
  const props = { 'data-slot': 'generator-thumbnail', width: 64, height: 64, onError: () => setBroken(value) }
  if (isBlob(value))
    return value.type.startsWith('image/') ? <BlobImage key={nameOf(value)} blob={value} {...props} /> : null
  const view = readOutput(value)
  return view.kind === 'image' ? <img alt="" src={view.file.url} {...props} /> : null
}

function BlobImage({ blob, ...props }: { blob: Blob } & ComponentProps<'img'>) {
  const show = useCallback(
    (image: HTMLImageElement | null) => {
      if (!image) return undefined
      const url = URL.createObjectURL(blob)
      image.src = url
      return () => URL.revokeObjectURL(url)
    },
    [blob],
  )
  return <img ref={show} alt="" {...props} />
}

const addressOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return ''
  const { filename, uri, url }: { filename?: unknown; uri?: unknown; url?: unknown } = value
  const named = [filename, uri, url].find((one) => typeof one === 'string')
  return typeof named === 'string' ? named : ''
}

/** As the attribute `accept` says it: media types, `image/*`, `.png`. */
function fits(file: File, accept: string | undefined): boolean {
  // A system may not know the type; the service decides.
  if (accept === undefined || file.type === '') return true
  return accept.split(',').some((one) => {
    const asked = one.trim().toLowerCase()
    if (asked.startsWith('.')) return file.name.toLowerCase().endsWith(asked)
    return asked.endsWith('/*') ? file.type.startsWith(asked.slice(0, -1)) : file.type === asked
  })
}
