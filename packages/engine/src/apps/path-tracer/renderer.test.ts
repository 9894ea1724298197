import { describe, expect, it } from 'vitest'
import { createRenderer } from './renderer.ts'
import { createScene, sceneNames } from './scene.ts'

const width = 48
const height = 30

/** Half the mean squared difference of two independent renderings: an estimate of the noise in one of them. */
function variance(passes: number): number {
  const scene = createScene('marbles', 1)
  const [one, other] = [11, 12].map((seed) => {
    const renderer = createRenderer(scene, width, height, seed)
    for (let pass = 0; pass < passes; pass++) renderer.pass()
    return renderer.mean()
  })
  if (!one || !other) throw new Error('two renderings were expected')
  return one.reduce((sum, value, index) => sum + (value - (other[index] ?? 0)) ** 2, 0) / one.length / 2
}

function picture(seed: number): Uint8Array {
  const renderer = createRenderer(createScene('glass', seed), width, height, seed)
  renderer.pass()
  return renderer.pixels()
}

describe('the path tracer', () => {
  it('gets clearer with every pass, as the mean of independent paths does', () => {
    const noise = [1, 4, 16, 64].map(variance)
    for (const [index, value] of noise.slice(1).entries()) {
      const ratio = value / (noise[index] ?? 0)
      expect(ratio).toBeGreaterThan(0.12)
      expect(ratio).toBeLessThan(0.5)
    }
  })

  it('gives the same picture for the same seed, and another for another', () => {
    expect(picture(5)).toEqual(picture(5))
    expect(picture(5)).not.toEqual(picture(6))
  })

  it.each(sceneNames)('lights every part of the scene %s with finite light', (name) => {
    const renderer = createRenderer(createScene(name, 3), width, height, 3)
    for (let pass = 0; pass < 4; pass++) renderer.pass()
    const light = renderer.mean()
    expect(light.every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
    expect(light.reduce((sum, value) => sum + value, 0) / light.length).toBeGreaterThan(0.02)
  })

  it('stops in the middle of a pass when a row throws, so that a cancel need not wait', () => {
    const renderer = createRenderer(createScene('marbles', 1), width, height, 1)
    let rows = 0
    const cancelAtThirdRow = () => {
      if (++rows === 3) throw new Error('cancelled')
    }
    expect(() => renderer.pass(cancelAtThirdRow)).toThrow('cancelled')
    expect(renderer.passes).toBe(0)
  })
})
