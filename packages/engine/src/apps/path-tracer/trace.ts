import type { Scene } from './scene.ts'
import { lookSize, materials } from './scene.ts'

const maxBounces = 8
const epsilon = 1e-4
const glassIndex = 1.5

/** Light gathered along one path, written into `out` (red, green, blue). Returns the number of rays it took. */
export type Tracer = (
  originX: number,
  originY: number,
  originZ: number,
  directionX: number,
  directionY: number,
  directionZ: number,
  out: Float64Array,
) => number

/**
 * A path tracer for one scene. A path bounces until it hits a light, leaves for the sky, or is ended at random
 * (Russian roulette), so indirect light is included.
 */
export function createTracer(scene: Scene, random: () => number): Tracer {
  const { shapes, looks, count, groundColors, skyLow, skyHigh } = scene

  return (ox, oy, oz, dx, dy, dz, out) => {
    let red = 1
    let green = 1
    let blue = 1
    out.fill(0)

    for (let bounce = 0; bounce < maxBounces; bounce++) {
      let distance = Infinity
      let hit = -1
      for (let index = 0; index < count; index++) {
        const at = index * 4
        const x = ox - (shapes[at] ?? 0)
        const y = oy - (shapes[at + 1] ?? 0)
        const z = oz - (shapes[at + 2] ?? 0)
        const radius = shapes[at + 3] ?? 0
        const b = x * dx + y * dy + z * dz
        const discriminant = b * b - (x * x + y * y + z * z - radius * radius)
        if (discriminant <= 0) continue
        const root = Math.sqrt(discriminant)
        let t = -b - root
        if (t < epsilon) t = -b + root
        if (t > epsilon && t < distance) {
          distance = t
          hit = index
        }
      }
      let onGround = false
      if (dy < 0) {
        const t = -oy / dy
        if (t > epsilon && t < distance) {
          distance = t
          onGround = true
        }
      }

      if (distance === Infinity) {
        const mix = Math.max(0, dy) ** 0.6
        out[0] = (out[0] ?? 0) + red * (skyLow[0] + (skyHigh[0] - skyLow[0]) * mix)
        out[1] = (out[1] ?? 0) + green * (skyLow[1] + (skyHigh[1] - skyLow[1]) * mix)
        out[2] = (out[2] ?? 0) + blue * (skyLow[2] + (skyHigh[2] - skyLow[2]) * mix)
        return bounce + 1
      }

      ox += dx * distance
      oy += dy * distance
      oz += dz * distance

      let nx = 0
      let ny = 1
      let nz = 0
      let material: number = materials.matte
      let roughness = 0
      if (onGround) {
        const color = groundColors[(Math.floor(ox * 1.25) + Math.floor(oz * 1.25)) & 1] ?? groundColors[0]
        red *= color[0]
        green *= color[1]
        blue *= color[2]
      } else {
        const shape = hit * 4
        const look = hit * lookSize
        const inverse = 1 / (shapes[shape + 3] ?? 1)
        nx = (ox - (shapes[shape] ?? 0)) * inverse
        ny = (oy - (shapes[shape + 1] ?? 0)) * inverse
        nz = (oz - (shapes[shape + 2] ?? 0)) * inverse
        material = looks[look + 3] ?? 0
        roughness = looks[look + 4] ?? 0
        red *= looks[look] ?? 0
        green *= looks[look + 1] ?? 0
        blue *= looks[look + 2] ?? 0
        if (material === materials.light) {
          out[0] = (out[0] ?? 0) + red
          out[1] = (out[1] ?? 0) + green
          out[2] = (out[2] ?? 0) + blue
          return bounce + 1
        }
      }

      const cosine = dx * nx + dy * ny + dz * nz
      if (material === materials.glass) {
        const entering = cosine < 0
        const side = entering ? 1 : -1
        const ratio = entering ? 1 / glassIndex : glassIndex
        const facing = -cosine * side
        const bent = 1 - ratio * ratio * (1 - facing * facing)
        const base = ((1 - glassIndex) / (1 + glassIndex)) ** 2
        const schlick = base + (1 - base) * (1 - (entering ? facing : Math.sqrt(Math.max(0, bent)))) ** 5
        if (bent <= 0 || random() < schlick) {
          dx -= 2 * cosine * nx
          dy -= 2 * cosine * ny
          dz -= 2 * cosine * nz
        } else {
          const along = (ratio * facing - Math.sqrt(bent)) * side
          dx = dx * ratio + nx * along
          dy = dy * ratio + ny * along
          dz = dz * ratio + nz * along
        }
      } else {
        // A point on the unit sphere: around the normal for matte surfaces, around the mirror direction for rough metal.
        const height = random() * 2 - 1
        const angle = random() * 2 * Math.PI
        const ring = Math.sqrt(1 - height * height)
        const px = ring * Math.cos(angle)
        const py = ring * Math.sin(angle)
        if (material === materials.metal) {
          dx += -2 * cosine * nx + roughness * px
          dy += -2 * cosine * ny + roughness * py
          dz += -2 * cosine * nz + roughness * height
          if (dx * nx + dy * ny + dz * nz <= 0) return bounce + 1
        } else {
          const side = cosine < 0 ? 1 : -1
          dx = nx * side + px
          dy = ny * side + py
          dz = nz * side + height
        }
      }
      const length = Math.hypot(dx, dy, dz) || 1
      dx /= length
      dy /= length
      dz /= length

      if (bounce >= 3) {
        const survival = Math.min(0.95, Math.max(red, green, blue))
        if (random() >= survival) return bounce + 1
        red /= survival
        green /= survival
        blue /= survival
      }
    }
    return maxBounces
  }
}
