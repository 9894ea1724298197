import { createRandom } from '../../random.ts'

const maxSteps = 96
/** Beyond this distance, squared, a point has escaped; large, so that the colours have no steps. */
const escape = 256

export interface Animation {
  /** Writes a frame as RGBA; `time` runs from 0 to 1, and 1 equals 0. `onRow` may throw to stop. */
  draw(time: number, rgba: Uint8Array, onRow?: () => void): void
}

/** A Julia set whose constant swings along an arc. The same seed gives the same animation. */
export function createAnimation(width: number, height: number, seed: number): Animation {
  const random = createRandom(seed * 3_571 + 5)
  const angle = 0.6 + random() * (2 * Math.PI - 1.2)
  const size = 1.02 + random() * 0.04
  const phase = [random(), random(), random()] as const
  const scale = 3 / Math.min(width, height * 1.25)

  return {
    draw(time, rgba, onRow) {
      // Just outside the cardioid of the Mandelbrot set, where the shapes are rich.
      const swing = angle + 0.2 * Math.sin(2 * Math.PI * time)
      const real = size * (Math.cos(swing) / 2 - Math.cos(2 * swing) / 4)
      const imaginary = size * (Math.sin(swing) / 2 - Math.sin(2 * swing) / 4)
      let at = 0
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const steps = escapeTime((column - width / 2) * scale, (row - height / 2) * scale, real, imaginary)
          const shade = steps < 0 ? 0 : Math.sqrt(steps / maxSteps)
          for (let channel = 0; channel < 3; channel++) {
            const wave = 0.5 - 0.5 * Math.cos(2 * Math.PI * (shade * 1.4 + (phase[channel] ?? 0) * 0.5))
            rgba[at++] = steps < 0 ? 8 : Math.round(255 * wave * Math.min(1, shade * 2.2))
          }
          rgba[at++] = 255
        }
        onRow?.()
      }
    },
  }
}

/** Steps until z² + c escapes, with a fraction; -1 where it does not. */
function escapeTime(x: number, y: number, real: number, imaginary: number): number {
  let zr = x
  let zi = y
  for (let step = 0; step < maxSteps; step++) {
    const rr = zr * zr
    const ii = zi * zi
    if (rr + ii > escape) return Math.max(0, step + 1 - Math.log2(Math.log2(rr + ii) / 2))
    zi = 2 * zr * zi + imaginary
    zr = rr - ii + real
  }
  return -1
}
