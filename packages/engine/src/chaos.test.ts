import { describe, expect, it } from 'vitest'
import { Chaos, parseChaos } from './chaos.ts'

describe('chaos rules', () => {
  it.each([
    ['drop=0.1 cut=4096', { drop: 0.1, cut: 4_096 }],
    ['stall=5000,delay=200', { stall: 5_000, delay: 200 }],
    ['bytewise', { bytewise: 1 }],
    ['restart', { restart: 3_000 }],
    ['html429=1 dup=0.05', { html429: 1, dup: 0.05 }],
    [
      { drop: 0.5, bytewise: true },
      { drop: 0.5, bytewise: 1 },
    ],
    ['', {}],
  ])('are read from %o', (text, rules) => {
    expect(parseChaos(text)).toEqual(rules)
  })

  it.each(['mayhem', 'drop=2', 'drop=-1', 'cut=', 'delay=soon', '__proto__=1', 7, null, ['drop']])(
    'that are invalid are refused: %o',
    (text) => {
      expect(() => parseChaos(text)).toThrow(RangeError)
    },
  )

  it('count calls from 1 on, and are a probability below', () => {
    const chaos = new Chaos({ http503: 2 })
    const refusals = () => Array.from({ length: 4 }, () => chaos.meet({}, undefined).refusal)
    expect(refusals()).toEqual(['http503', 'http503', null, null])
    chaos.set({ html429: 0.5, seed: 1 })
    const some = Array.from({ length: 200 }, () => chaos.meet({}, undefined).refusal).filter((refusal) => refusal)
    expect(some.length).toBeGreaterThan(70)
    expect(some.length).toBeLessThan(130)
  })

  it('of a call take precedence over those of its task, and those over the engine’s', () => {
    const chaos = new Chaos({ delay: 1, cut: 1 })
    chaos.set({ delay: 2, dup: 0.2 }, 'task')
    expect(chaos.meet({ delay: 3 }, 'task').rules).toEqual({ delay: 3, cut: 1, dup: 0.2 })
    expect(chaos.meet({}, 'task').rules).toEqual({ delay: 2, cut: 1, dup: 0.2 })
    expect(chaos.meet({}, 'other').rules).toEqual({ delay: 1, cut: 1 })
    chaos.clear('task')
    expect(chaos.meet({}, 'task').rules).toEqual({ delay: 1, cut: 1 })
    chaos.clear()
    expect(chaos.meet({}, 'task').rules).toEqual({})
  })

  it('make the same choices again with the same seed', () => {
    const [one, other] = [new Chaos({ drop: 0.5, seed: 7 }), new Chaos({ drop: 0.5, seed: 7 })]
    for (let index = 0; index < 20; index++) {
      expect(one.meet({}, undefined).random()).toBe(other.meet({}, undefined).random())
    }
  })
})
