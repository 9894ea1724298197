import { describe, expect, it } from 'vitest'
import { readText, textOf } from './input-text.ts'

describe('an input as text', () => {
  it('keeps its files over an edit', () => {
    const image = new File(['x'], 'lake.png')
    const text = textOf({ image, steps: 4 })
    expect(JSON.parse(text)).toEqual({ image: { $file: 'lake.png' }, steps: 4 })
    const read = readText(text.replace('4', '5'), { image, steps: 4 })
    expect(read).toEqual({ value: { image, steps: 5 } })
    expect('value' in read && (read.value as { image: File }).image).toBe(image)
  })

  it('says the line of a fault', () => {
    expect(readText('{\n  "a": 1,\n  oops\n}', {})).toEqual({ line: 3 })
    expect(readText('{\n', {})).toEqual({ line: 2 })
    expect(readText('', {})).toEqual({ line: 1 })
  })

  it('is empty for what has no JSON', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(textOf(cyclic)).toBe('')
    expect(textOf(undefined)).toBe('')
  })
})
