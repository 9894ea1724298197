import { inference, InferenceProvider } from '@inferstream/react'
import { scriptedTransport } from '@inferstream/client/testing'
import { render } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { describePart, loosen } from '../testing/part-conformance.tsx'
import { imageUrl } from './image-url.ts'
import { GeneratorPrimitive as P } from './index.ts'

const client = inference({ transport: scriptedTransport() })

const parts = [
  { slot: 'generator-form', Part: loosen(P.Form) },
  { slot: 'generator-submit', Part: loosen(P.Submit) },
  { slot: 'generator-cancel', Part: loosen(P.Cancel) },
  { slot: 'generator-output', Part: loosen(P.Output) },
  { slot: 'generator-logs', Part: loosen(P.Logs) },
]

describe('Root', () => {
  const Root = loosen(P.Root)
  describePart({
    slot: 'generator',
    part: (props) => (
      <InferenceProvider client={client}>
        <Root {...props} />
      </InferenceProvider>
    ),
  })
})

describe.each(parts)('$slot', ({ slot, Part }) => {
  describePart({
    slot,
    part: (props) => (
      <InferenceProvider client={client}>
        <P.Root>
          <Part {...props} />
        </P.Root>
      </InferenceProvider>
    ),
  })

  it('names its Root in the error when it is used alone', () => {
    expect(() => render(<Part />)).toThrow(/Put it inside GeneratorPrimitive\.Root/)
  })
})

describe('the picture of an output', () => {
  it.each([
    ['https://example.com/a.png', 'https://example.com/a.png'],
    [{ url: 'http://example.com/a.png' }, 'http://example.com/a.png'],
    [{ image: { uri: 'https://example.com/a.png' } }, 'https://example.com/a.png'],
    [{ image: 'blob:https://example.com/1' }, 'blob:https://example.com/1'],
    ['data:image/png;base64,AA==', 'data:image/png;base64,AA=='],
    ['data:text/html,<script>', undefined],
    ['javascript:alert(1)', undefined],
    ['/files/a.png', '/files/a.png'],
    ['https://example.com/a.mp4', undefined],
    [{ image: 'https://example.com/b.png', seed: 7 }, undefined],
    [{ response: 'text' }, undefined],
    [null, undefined],
  ])('%j', (output, url) => {
    expect(imageUrl(output)).toBe(url)
  })

  it('is undefined for a cyclic output and for one that is nested too deeply', () => {
    const one: { image?: unknown } = {}
    one.image = { image: one }
    let deep: unknown = 'https://example.com/a.png'
    for (let level = 0; level < 100_000; level++) deep = { image: deep }
    expect([imageUrl(one), imageUrl(deep)]).toEqual([undefined, undefined])
  })
})
