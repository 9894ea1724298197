import { createRandom } from '../../random.ts'
import type { Camera, Scene } from './scene.ts'
import { createTracer } from './trace.ts'

export interface Renderer {
  /** Passes done so far. */
  readonly passes: number
  readonly rays: number
  /** Adds one path to every pixel. `onRow` is called after each row, and may throw to stop. */
  pass(onRow?: () => void): void
  /** The mean of all passes: linear light, three values per pixel. */
  mean(): Float64Array
  /** The mean as a picture: tone-mapped, sRGB, three bytes per pixel. */
  pixels(): Uint8Array
}

/** Renders a scene pass by pass; each pass adds one path to every pixel, which reduces the noise. */
export function createRenderer(scene: Scene, width: number, height: number, seed: number): Renderer {
  const light = new Float64Array(width * height * 3)
  const random = createRandom(seed)
  const trace = createTracer(scene, random)
  const aim = createLens(scene.camera, width, height, random)
  const sample = new Float64Array(3)
  const ray = new Float64Array(6)
  let passes = 0
  let rays = 0

  return {
    get passes() {
      return passes
    },
    get rays() {
      return rays
    },
    pass(onRow) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          aim(x + random(), y + random(), ray)
          const [ox = 0, oy = 0, oz = 0, dx = 0, dy = 0, dz = 0] = [ray[0], ray[1], ray[2], ray[3], ray[4], ray[5]]
          rays += trace(ox, oy, oz, dx, dy, dz, sample)
          const at = (y * width + x) * 3
          // Rare paths reach a light over several mirrors; unclamped, their bright pixel would remain after all later passes.
          for (let channel = 0; channel < 3; channel++) {
            light[at + channel] = (light[at + channel] ?? 0) + Math.min(sample[channel] ?? 0, 12)
          }
        }
        onRow?.()
      }
      passes++
    },
    mean: () => light.map((sum) => sum / Math.max(1, passes)),
    pixels: () => Uint8Array.from(light, (sum) => toByte(sum / Math.max(1, passes))),
  }
}

/** Writes the ray through a point of the picture into `ray`: origin, then unit direction. */
function createLens(
  { position, target, fieldOfView, aperture }: Camera,
  width: number,
  height: number,
  random: () => number,
) {
  const [px, py, pz] = position
  const back = [px - target[0], py - target[1], pz - target[2]] as const
  const focus = Math.hypot(...back)
  const [bx, by, bz] = [back[0] / focus, back[1] / focus, back[2] / focus]
  const flat = Math.hypot(bx, bz)
  const [rx, rz] = [bz / flat, -bx / flat]
  const [ux, uy, uz] = [by * rz, bz * rx - bx * rz, -by * rx]
  const half = Math.tan((fieldOfView * Math.PI) / 360) * focus

  return (x: number, y: number, ray: Float64Array) => {
    const right = ((2 * x) / width - 1) * half * (width / height)
    const up = (1 - (2 * y) / height) * half
    const radius = aperture * Math.sqrt(random())
    const angle = random() * 2 * Math.PI
    const lensRight = radius * Math.cos(angle)
    const lensUp = radius * Math.sin(angle)
    const ox = px + rx * lensRight + ux * lensUp
    const oy = py + uy * lensUp
    const oz = pz + rz * lensRight + uz * lensUp
    const dx = px - bx * focus + rx * right + ux * up - ox
    const dy = py - by * focus + uy * up - oy
    const dz = pz - bz * focus + rz * right + uz * up - oz
    const length = Math.hypot(dx, dy, dz)
    ray[0] = ox
    ray[1] = oy
    ray[2] = oz
    ray[3] = dx / length
    ray[4] = dy / length
    ray[5] = dz / length
  }
}

/** Narkowicz's filmic curve, then sRGB. */
function toByte(light: number): number {
  const exposed = light * 0.8
  const mapped = (exposed * (2.51 * exposed + 0.03)) / (exposed * (2.43 * exposed + 0.59) + 0.14)
  const clamped = Math.min(1, Math.max(0, mapped))
  const encoded = clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * clamped ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}
