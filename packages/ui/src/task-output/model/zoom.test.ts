import { describe, expect, it } from 'vitest'
import { fitted, moved, overflows, zoomed } from './zoom.ts'

const stage = { width: 800, height: 600 }
const large = { width: 4_000, height: 2_000 }
const small = { width: 100, height: 50 }

describe('the zoom of a picture', () => {
  it('fits the whole picture and does not enlarge a small one', () => {
    expect(fitted(large, stage)).toEqual({ scale: 0.2, x: 0, y: 0 })
    expect(fitted(small, stage).scale).toBe(1)
    expect(overflows(fitted(large, stage), large, stage)).toBe(false)
  })

  it('goes from 25 to 800 %, and as far down as the whole picture needs', () => {
    expect(zoomed(fitted(small, stage), 100, small, stage).scale).toBe(8)
    expect(zoomed(fitted(small, stage), 0, small, stage).scale).toBe(0.25)
    expect(zoomed(fitted(large, stage), 0, large, stage).scale).toBe(0.2)
  })

  it('keeps the point under the pointer', () => {
    const before = fitted(large, stage)
    const at = { x: 100, y: -50 }
    const after = zoomed(before, 1, large, stage, at)
    const place = (zoom: typeof before) => ({ x: (at.x - zoom.x) / zoom.scale, y: (at.y - zoom.y) / zoom.scale })
    expect(place(after).x).toBeCloseTo(place(before).x)
    expect(place(after).y).toBeCloseTo(place(before).y)
  })

  it('moves to the edge of the picture and no further', () => {
    const actual = zoomed(fitted(large, stage), 1, large, stage)
    expect(moved(actual, 1e6, -1e6, large, stage)).toEqual({ scale: 1, x: 1_600, y: -700 })
    expect(moved(fitted(large, stage), 50, 50, large, stage)).toMatchObject({ x: 0, y: 0 })
  })

  it('survives a stage or a picture without a size', () => {
    expect(fitted({ width: 0, height: 0 }, stage).scale).toBe(1)
    expect(fitted(large, { width: 0, height: 0 }).scale).toBe(1)
  })
})
