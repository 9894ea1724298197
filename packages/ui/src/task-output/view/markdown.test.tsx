import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { TaskOutput } from '../index.ts'

describe('Markdown', () => {
  it('draws what is finished once while the text grows', async () => {
    const text = '# One\n\nfirst\n\n# Two\n\nsecond'
    const { rerender } = render(<TaskOutput output={{ text }} partial />)
    const first = await screen.findByText('first')
    rerender(<TaskOutput output={{ text: `${text} and **thir` }} partial />)
    expect(await screen.findByText('thir')).toBeVisible()
    expect(screen.getByText('first')).toBe(first)
  })

  it('names footnotes in the language of the page, and copies the source', async () => {
    render(<TaskOutput output={{ text: '# a\n\nb[^1]\n\n[^1]: c' }} />)
    expect(await screen.findByText('Footnotes')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Copy' })).toBeVisible()
  })
})
