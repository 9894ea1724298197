import { expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { LogList } from './index.ts'

// This file imports no stylesheet.
it('draws a screenful of 200,000 lines without the stylesheet too, and reaches the first one', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index + 1}`)
  const { container } = await render(<LogList lines={lines} />)
  await expect.element(page.getByText('line 200000', { exact: true })).toBeInTheDocument()
  expect(container.querySelectorAll('*').length).toBeLessThan(600)
  page.getByRole('log').element().focus()
  await userEvent.keyboard('{Home}')
  await expect.element(page.getByText('line 1', { exact: true })).toBeInTheDocument()
  expect(container.querySelectorAll('*').length).toBeLessThan(600)
})
