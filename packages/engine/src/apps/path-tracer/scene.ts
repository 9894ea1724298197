import { createRandom } from '../../random.ts'

export const sceneNames = ['marbles', 'glass', 'studio'] as const
export type SceneName = (typeof sceneNames)[number]

export const materials = { matte: 0, metal: 1, glass: 2, light: 3 } as const

/** Spheres in flat arrays, because a path visits them millions of times. The ground is the plane y = 0. */
export interface Scene {
  readonly count: number
  /** x, y, z, radius of each sphere. */
  readonly shapes: Float64Array
  /** red, green, blue, material, roughness of each sphere. */
  readonly looks: Float64Array
  readonly groundColors: readonly [Rgb, Rgb]
  readonly skyLow: Rgb
  readonly skyHigh: Rgb
  readonly camera: Camera
}

export type Rgb = readonly [number, number, number]

export interface Camera {
  position: Rgb
  target: Rgb
  /** Vertical, in degrees. */
  fieldOfView: number
  /** Radius of the lens: 0 is a pinhole; larger values blur what is not at the target's distance. */
  aperture: number
}

/** Number of values for one sphere in {@link Scene.looks}. */
export const lookSize = 5

/** Arranges a scene. The same name and seed give the same one. */
export function createScene(name: SceneName, seed: number): Scene {
  const random = createRandom(seed * 7_919 + 17)
  const hue = random()
  const shapes: number[] = []
  const looks: number[] = []
  const add = (x: number, z: number, radius: number, color: Rgb, material: number, roughness = 0, y = radius) => {
    shapes.push(x, y, z, radius)
    looks.push(...color, material, roughness)
  }
  const free = (x: number, z: number, radius: number) => {
    for (let index = 0; index < shapes.length; index += 4) {
      const gap = radius + (shapes[index + 3] ?? 0) + 0.02
      if (((shapes[index] ?? 0) - x) ** 2 + ((shapes[index + 2] ?? 0) - z) ** 2 < gap * gap) return false
    }
    return true
  }

  if (name === 'studio') {
    add(-1.15, 0.1, 0.75, hueColor(hue, 0.75, 0.85), materials.matte)
    add(0.35, -0.5, 0.9, [0.95, 0.93, 0.9], materials.metal, 0.05)
    add(1.5, 0.55, 0.5, hueColor(hue + 0.45, 0.8, 0.85), materials.matte)
    add(-0.1, 1.05, 0.36, [1, 1, 1], materials.glass)
    // Large lights: paths hit them by chance, and small ones would leave noise.
    add(-3.6, 1.2, 2.1, [2.9, 2.6, 2.2], materials.light, 0, 4.6)
    add(4.2, 2.6, 1.7, [1.3, 1.7, 2.3], materials.light, 0, 3.9)
  } else {
    add(-1.35, -0.15, 0.8, hueColor(hue, 0.7, 0.9), materials.matte)
    add(0.2, -0.4, 1, [1, 1, 1], name === 'glass' ? materials.glass : materials.metal, 0.02)
    add(1.75, 0.25, 0.65, hueColor(hue + 0.33, 0.6, 0.92), name === 'glass' ? materials.glass : materials.metal, 0.15)
    add(-0.45, 1.05, 0.42, [1, 1, 1], materials.glass)
    add(0.62, 1.2, 0.26, [7, 5.2, 3.2], materials.light)
    for (let attempt = 0; attempt < 120 && shapes.length < 4 * 26; attempt++) {
      const radius = 0.1 + random() * 0.16
      const x = (random() - 0.5) * 6.4
      const z = (random() - 0.45) * 4.4
      const kind = random()
      const color = hueColor(hue + random() * 0.4, 0.55 + random() * 0.4, 0.9)
      if (!free(x, z, radius)) continue
      if (kind < (name === 'glass' ? 0.45 : 0.15)) add(x, z, radius, [1, 1, 1], materials.glass)
      else if (kind < 0.6) add(x, z, radius, color, materials.metal, random() * 0.3)
      else add(x, z, radius, color, materials.matte)
    }
  }

  const dusk = name === 'studio' ? 0.16 : 0.35 + random() * 0.65
  return {
    count: shapes.length / 4,
    shapes: Float64Array.from(shapes),
    looks: Float64Array.from(looks),
    groundColors: [hueColor(hue + 0.08, 0.12, 0.82), hueColor(hue + 0.08, 0.18, 0.42)],
    skyLow: scale(hueColor(hue + 0.06, 0.16, 1), dusk),
    skyHigh: scale(hueColor(hue + 0.58, 0.55, 1), dusk),
    camera: {
      position: [Math.sin(random() * 0.9 - 0.45) * 5.4, 1.7 + random() * 0.7, 5],
      target: [0, 0.55, 0.2],
      fieldOfView: 33,
      aperture: 0.09,
    },
  }
}

function scale([red, green, blue]: Rgb, factor: number): Rgb {
  return [red * factor, green * factor, blue * factor]
}

/** HSV to linear RGB; the hue is cyclic from 0 to 1. */
function hueColor(hue: number, saturation: number, value: number): Rgb {
  const channel = (offset: number) => {
    const position = (((hue + offset) % 1) + 1) % 1
    const wave = Math.min(1, Math.max(0, Math.abs(position * 6 - 3) - 1))
    return (value * (1 + (wave - 1) * saturation)) ** 2
  }
  return [channel(0), channel(2 / 3), channel(1 / 3)]
}
