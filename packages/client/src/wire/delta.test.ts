import { expect, it } from 'vitest'
import { mergeDelta } from './delta.ts'

it('token batches merge by field (protocol §5.1)', () => {
  const deltas = [
    { reasoning: 'hm ' },
    { reasoning: 'ok', response: 'Hi', usage: { tokens: 1 } },
    { tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: '{"a' } }], usage: { tokens: 2 } },
    { tool_calls: [{ index: 0, function: { arguments: '":1}' } }], response: null },
  ]
  expect(deltas.reduce(mergeDelta, {})).toEqual({
    reasoning: 'hm ok',
    response: 'Hi',
    usage: { tokens: 2 },
    tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: '{"a":1}' } }],
  })
})

it('tool calls are matched and sorted by index, whatever their order; invalid ones are skipped', () => {
  const merged = [{ tool_calls: [{ index: 2, id: 'b' }] }, { tool_calls: [null, 'x', { index: 1, id: 'a' }] }].reduce(
    mergeDelta,
    {},
  )
  expect(merged).toEqual({
    tool_calls: [
      { index: 1, id: 'a' },
      { index: 2, id: 'b' },
    ],
  })
})

it('a key of __proto__ changes nothing', () => {
  const merged = mergeDelta({}, JSON.parse('{"__proto__":{"polluted":true},"response":"x"}') as object)
  expect(merged).toEqual({ response: 'x' })
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

it('the previous value is not modified', () => {
  const before = { response: 'a' }
  mergeDelta(before, { response: 'b' })
  expect(before).toEqual({ response: 'a' })
})
