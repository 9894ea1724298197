'use client'
import { useEffect, useId, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { fitted, moved, overflows, zoomed, type Extent, type Zoom } from '../model/zoom.ts'
import { FileActions } from './file-bar.tsx'
import type { ViewedPicture } from './picture.tsx'
import { useStageEvents } from './use-stage-events.ts'

interface ViewerProps {
  pictures: readonly ViewedPicture[]
  /** The picture that is shown first. */
  start: number
  onClose: () => void
}

const noSize: Extent = { width: 0, height: 0 }
const step = 1.25
/** From here on single pixels are to be seen, so they are drawn as such. */
const pixelScale = 3

/** The pictures of an output, one at a time, each from 25 to 800 %. Renders a modal `<dialog>`. */
export function Viewer({ pictures, start, onClose }: ViewerProps): ReactNode {
  const { state, locale, messages } = useTaskOutput('View')
  const [at, setAt] = useState(start)
  const dialog = useRef<HTMLDialogElement>(null)
  const stageRef = useRef<HTMLDivElement>(null)
  const titleId = useId()
  const [stage, setStage] = useState(noSize)
  const [natural, setNatural] = useState<Extent>(noSize)
  /** `null`: the whole picture, whatever the size of the window. */
  const [chosen, setChosen] = useState<Zoom | null>(null)
  const picture = natural.width > 0 ? natural : stage
  const zoom = chosen ?? fitted(picture, stage)
  const canMove = overflows(zoom, picture, stage)
  const current = pictures[Math.min(at, pictures.length - 1)]

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
  }, [])
  useEffect(() => {
    const element = stageRef.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setStage({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const scaleTo = (scale: number, point?: { x: number; y: number }) =>
    setChosen((last) => zoomed(last ?? fitted(picture, stage), scale, picture, stage, point))
  const scaleBy = (factor: number, point?: { x: number; y: number }) =>
    setChosen((last) => {
      const from = last ?? fitted(picture, stage)
      return zoomed(from, from.scale * factor, picture, stage, point)
    })
  const moveBy = (x: number, y: number) =>
    setChosen((last) => moved(last ?? fitted(picture, stage), x, y, picture, stage))
  const show = (next: number) => {
    if (next < 0 || next >= pictures.length || next === at) return
    setAt(next)
    setNatural(noSize)
    setChosen(null)
  }
  const pointers = useStageEvents(stageRef, { scaleBy, moveBy })
  const close = () => dialog.current?.close()

  const onKeyDown = (event: KeyboardEvent<HTMLDialogElement>) => {
    event.stopPropagation()
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const arrow = arrows[event.key]
    const isRtl = stageRef.current !== null && getComputedStyle(stageRef.current).direction === 'rtl'
    if (event.key === '+' || event.key === '=') scaleBy(step)
    else if (event.key === '-') scaleBy(1 / step)
    else if (event.key === '0') setChosen(null)
    else if (event.key === '1') scaleTo(1)
    else if (arrow && canMove) moveBy(arrow[0] * -80, arrow[1] * -80)
    else if (arrow && arrow[0] !== 0) show(at + (isRtl ? -arrow[0] : arrow[0]))
    else return
    event.preventDefault()
  }
  if (!current) return null
  const { file, alt } = current
  const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.round(zoom.scale * 100) / 100)
  const style: CSSProperties = {
    // Relative to the middle of the stage, which has no direction.
    transform: `translate(-50%, -50%) translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`,
    ...(natural.width > 0 ? { inlineSize: natural.width, blockSize: natural.height } : { visibility: 'hidden' }),
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of a modal dialog are those of all that is in it
    <dialog
      ref={dialog}
      data-slot="task-output-viewer"
      aria-labelledby={titleId}
      onClose={onClose}
      onKeyDown={onKeyDown}
      // A click in the dialog is not a click on what contains it.
      onClick={(event) => event.stopPropagation()}
    >
      <div data-slot="task-output-viewer-bar">
        <span id={titleId} data-slot="task-output-viewer-title" dir="auto">
          {alt}
        </span>
        <span data-slot="task-output-actions" role="group" aria-label={messages.zoom}>
          <ViewerButton label={messages.zoomOut} onClick={() => scaleBy(1 / step)}>
            −
          </ViewerButton>
          <output data-slot="task-output-viewer-scale">{percent}</output>
          <ViewerButton label={messages.zoomIn} onClick={() => scaleBy(step)}>
            +
          </ViewerButton>
          <ViewerButton onClick={() => setChosen(null)}>{messages.fit}</ViewerButton>
          <ViewerButton onClick={() => scaleTo(1)}>{messages.actualSize}</ViewerButton>
        </span>
        <FileActions url={file.url} name={file.name} messages={messages} />
        <ViewerButton onClick={close}>{messages.close}</ViewerButton>
      </div>
      <div
        ref={stageRef}
        data-slot="task-output-stage"
        data-movable={canMove ? '' : undefined}
        {...pointers}
        onDoubleClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          const point = {
            x: event.clientX - box.left - box.width / 2,
            y: event.clientY - box.top - box.height / 2,
          }
          if (chosen === null) scaleTo(fitted(picture, stage).scale < 1 ? 1 : 2, point)
          else setChosen(null)
        }}
      >
        <img
          key={`${at} ${file.url.slice(0, 200)}`}
          data-slot="task-output-viewer-image"
          data-pixels={zoom.scale >= pixelScale ? '' : undefined}
          src={file.url}
          alt={state.partial ? `${messages.preview}: ${alt}` : alt}
          draggable={false}
          referrerPolicy="no-referrer"
          style={style}
          onLoad={(event) => {
            const { naturalWidth, naturalHeight } = event.currentTarget
            // A drawing may have no size of its own.
            const { width, height } = file
            if (naturalWidth > 0 && naturalHeight > 0) setNatural({ width: naturalWidth, height: naturalHeight })
            else setNatural(width && height ? { width, height } : stage)
          }}
        />
      </div>
      {pictures.length > 1 && (
        <div data-slot="task-output-viewer-bar">
          <ViewerButton isOff={at === 0} onClick={() => show(at - 1)}>
            {messages.previous}
          </ViewerButton>
          <ViewerButton isOff={at === pictures.length - 1} onClick={() => show(at + 1)}>
            {messages.next}
          </ViewerButton>
        </div>
      )}
    </dialog>
  )
}

const arrows: Record<string, readonly [x: number, y: number] | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

interface ViewerButtonProps {
  onClick: () => void
  /** Where the children are no words. */
  label?: string
  isOff?: boolean
  children: ReactNode
}

function ViewerButton({ onClick, label, isOff = false, children }: ViewerButtonProps) {
  return (
    <button
      type="button"
      data-slot="task-output-viewer-button"
      aria-label={label}
      aria-disabled={isOff || undefined}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
