import { isInferstreamError } from './is-inferstream-error.ts'
import { describe, expect, it } from 'vitest'
import { inspect } from 'node:util'
import { errorFrom } from './error-from.ts'
import { InferstreamError } from './errors.ts'

describe('isInferstreamError', () => {
  it('is true for errors of this library, and with a code for those with that code', () => {
    const error: unknown = new InferstreamError('task_failed', 'No GPU.')
    expect(isInferstreamError(error)).toBe(true)
    expect(isInferstreamError(error, 'task_failed')).toBe(true)
    expect(isInferstreamError(error, 'network')).toBe(false)
  })

  it('is true across two copies of the package', async () => {
    const copy = './errors.ts?copy'
    const { InferstreamError: Other } = (await import(/* @vite-ignore */ copy)) as typeof import('./errors.ts')
    const error = new Other('network', 'Gone.')
    expect(error instanceof InferstreamError).toBe(false)
    expect(isInferstreamError(error, 'network')).toBe(true)
    expect(errorFrom(error, 'config')).toBe(error)
  })

  it.each([null, undefined, 5, 'network', {}, new Error('x'), { code: 'network' }, Object.create(null), () => {}])(
    'is false for %o',
    (value) => {
      expect(isInferstreamError(value)).toBe(false)
    },
  )

  it('adds nothing visible to an error', () => {
    const error = new InferstreamError('network', 'Gone.', { status: 502 })
    expect(Object.keys(error).toSorted()).toEqual(['code', 'message', 'name', 'retryable', 'status'])
    expect(inspect(error)).not.toContain('Symbol')
  })
})

it('any thrown value becomes an error, even if its fields throw', () => {
  const hostile = {
    get code() {
      throw new Error('mine')
    },
  }
  expect(errorFrom(hostile, 'network')).toMatchObject({ code: 'network', message: 'An error that cannot be read.' })
  expect(errorFrom({ code: '__proto__', message: 'x' }, 'network').code).toBe('network')
})
