/** Where a picture is seen: its scale (1: one CSS pixel for each of its pixels) and the place of its centre, in CSS pixels from the middle. */
export interface Zoom {
  scale: number
  x: number
  y: number
}

export interface Extent {
  width: number
  height: number
}

/** The bounds of the scale, where the whole picture does not need less or more. */
export const minScale = 0.25
export const maxScale = 8

/** The whole picture, never enlarged. */
export function fitted(picture: Extent, stage: Extent): Zoom {
  const scale = Math.min(1, stage.width / picture.width, stage.height / picture.height)
  return { scale: scale > 0 && Number.isFinite(scale) ? scale : 1, x: 0, y: 0 }
}

/** Scaled, with the point `at` (from the middle of the stage) staying where it is. */
export function zoomed(zoom: Zoom, scale: number, picture: Extent, stage: Extent, at = { x: 0, y: 0 }): Zoom {
  const least = Math.min(minScale, fitted(picture, stage).scale)
  const next = Math.min(maxScale, Math.max(least, scale))
  const ratio = next / zoom.scale
  return inside({ scale: next, x: at.x - (at.x - zoom.x) * ratio, y: at.y - (at.y - zoom.y) * ratio }, picture, stage)
}

export function moved(zoom: Zoom, x: number, y: number, picture: Extent, stage: Extent): Zoom {
  return inside({ ...zoom, x: zoom.x + x, y: zoom.y + y }, picture, stage)
}

/** Whether there is more of the picture than the stage shows. */
export function overflows({ scale }: Zoom, picture: Extent, stage: Extent): boolean {
  return picture.width * scale > stage.width + 1 || picture.height * scale > stage.height + 1
}

/** No edge of the picture leaves the edge of the stage while there is more to show. */
function inside({ scale, x, y }: Zoom, picture: Extent, stage: Extent): Zoom {
  const reach = (size: number, room: number) => Math.max(0, (size * scale - room) / 2)
  return {
    scale,
    x: clamp(x, reach(picture.width, stage.width)),
    y: clamp(y, reach(picture.height, stage.height)),
  }
}

const clamp = (value: number, reach: number) => Math.min(reach, Math.max(-reach, value))
