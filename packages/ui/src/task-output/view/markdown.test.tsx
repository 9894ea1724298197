import { render, screen } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
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

  it('has links within the page between its footnotes only, each text its own', async () => {
    const text = '# a\n\nb[^1] [admin](#/admin)\n\n[^1]: c'
    const { container } = render([1, 2].map((key) => <TaskOutput key={key} output={{ text }} />))
    const [first, second] = await screen.findAllByRole('link', { name: '1' })
    expect(first!.getAttribute('href')).not.toBe(second!.getAttribute('href'))
    for (const link of container.querySelectorAll('a'))
      expect(container.querySelector(`[id="${link.hash.slice(1)}"]`)).not.toBeNull()
    expect(container.querySelectorAll('a')).toHaveLength(4)
  })

  it('draws a picture within a link as one link', async () => {
    render(<TaskOutput output={{ text: '# a\n\n[![a badge](https://b.example/c.svg)](https://b.example/d)' }} />)
    expect(await screen.findByRole('link')).toHaveAttribute('href', 'https://b.example/d')
    expect(screen.getByRole('link')).toHaveTextContent('a badge')
  })
})

it('is readable before the part that draws it has come, and on a server', () => {
  expect(renderToString(<TaskOutput output={{ text: '# One\n\nfirst' }} />)).toContain('first')
  expect(renderToString(<TaskOutput output={{ seed: 7, steps: 3 }} />)).toContain('steps')
})
