import { expect, expectTypeOf, it } from 'vitest'
import { progressMessages } from '../progress-display/messages.ts'
import { mergeMessages, type DeepPartial } from './merge-messages.ts'
import type { Messages } from './messages.ts'

it('keeps each text that is not replaced, at any depth', () => {
  const messages = { a: 'A', deep: { b: 'B', c: 'C' }, format: (count: number) => `${count}` }
  const merged = mergeMessages(messages, { deep: { b: 'b' }, format: (count: number) => `(${count})` })
  expect([merged.a, merged.deep, merged.format(2)]).toEqual(['A', { b: 'b', c: 'C' }, '(2)'])
  expect(messages.deep.b).toBe('B')
})

it('takes undefined for a text that is not replaced', () => {
  expect(mergeMessages({ a: 'A', deep: { b: 'B' } }, { a: undefined, deep: { b: undefined } })).toEqual({
    a: 'A',
    deep: { b: 'B' },
  })
  expect(mergeMessages(progressMessages, undefined)).toBe(progressMessages)
})

it('accepts any part of the messages', () => {
  expectTypeOf<{ progress: { cancel: string } }>().toExtend<DeepPartial<Messages>>()
  // @ts-expect-error a text is no number
  const wrong: DeepPartial<Messages> = { progress: { cancel: 1 } }
  expect(wrong).toBeDefined()
})
