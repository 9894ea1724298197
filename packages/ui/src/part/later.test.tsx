import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { later } from './later.tsx'

const Tools = ({ name }: { name: string }) => <p>tools of {name}</p>

it('a part whose chunk fails to load does not affect the rest, and the next one loads it again', async () => {
  let attempts = 0
  const Later = later(
    async () => {
      attempts += 1
      if (attempts === 1) throw new TypeError('Failed to fetch dynamically imported module')
      return Tools
    },
    () => 'soon',
  )
  const { unmount } = render(<Later name="a" />)
  expect(await screen.findByText('soon')).toBeInTheDocument()
  unmount()
  render(<Later name="b" />)
  expect(await screen.findByText('tools of b')).toBeInTheDocument()
})

it('a part that will certainly be needed is loaded before it is shown', async () => {
  const load = Promise.resolve(Tools)
  const Later = later(
    () => load,
    () => 'soon',
    true,
  )
  await load
  render(<Later name="c" />)
  expect(screen.getByText('tools of c')).toBeInTheDocument()
})
