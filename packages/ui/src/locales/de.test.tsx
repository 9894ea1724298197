import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ProgressDisplay } from '../progress-display/index.ts'
import { KitProvider } from '../provider/index.ts'
import { taskState } from '../testing/task-state.ts'
import { english } from '../testing/english.ts'
import de from './de.ts'

/** Texts by their path; functions by what they say of a number. */
function textsOf(messages: object, path = ''): [string, unknown][] {
  return Object.entries(messages).flatMap(([key, text]: [string, unknown]): [string, unknown][] => {
    const own = `${path}.${key}`
    if (typeof text === 'object' && text !== null) return textsOf(text, own)
    return [[own, text]]
  })
}

/** The same word in both languages. */
const same = new Set(['.progress.connection.live', '.output.video', '.generatorForm.json'])

describe('German', () => {
  it('has every text, and none of them is English', () => {
    const own = new Map(textsOf(de))
    const all = textsOf(english)
    expect([...own.keys()].toSorted()).toEqual(all.map(([path]) => path).toSorted())
    const untranslated = all.filter(
      ([path, text]) => typeof text === 'string' && own.get(path) === text && !same.has(path),
    )
    expect(untranslated).toEqual([])
  })

  it('is what a component shows inside of its provider', () => {
    render(
      <KitProvider locale="de" messages={de}>
        <ProgressDisplay stream={taskState({ status: 'running' })} />
      </KitProvider>,
    )
    expect(screen.getByText('Läuft')).toBeInTheDocument()
  })
})
