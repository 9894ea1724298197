import '@testing-library/jest-dom/vitest'
import { render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createRef, type ComponentType, type ReactElement, type ReactNode } from 'react'
import { expect, it, vi } from 'vitest'

/** The props that every part must accept, whatever its element. */
interface AnyPartProps {
  ref?: unknown
  className?: string | ((state: Record<string, unknown>) => string)
  style?: object | ((state: Record<string, unknown>) => object)
  render?: ReactElement | ((props: Record<string, unknown>, state: Record<string, unknown>) => ReactElement)
  id?: string
  title?: string
  onClick?: () => void
}

export interface PartCase {
  /** `data-slot` of the part. */
  slot: string
  /** Renders the part with these props and the ancestors it needs. */
  part: (props: AnyPartProps) => ReactNode
}

/** The conformance suite of every part. */
export function describePart({ slot, part }: PartCase): void {
  const find = (container: HTMLElement) => {
    const element = container.querySelector<HTMLElement>(`[data-slot="${slot}"]`)
    expect(element).not.toBeNull()
    return element ?? container
  }

  it('exposes its element by ref', () => {
    const ref = createRef<HTMLElement>()
    const { container } = render(part({ ref }))
    expect(ref.current).toBe(find(container))
  })

  it('accepts a class and a style, as values and as functions of its state', () => {
    const { container, rerender } = render(part({ className: 'mine', style: { order: 3 } }))
    expect(find(container)).toHaveClass('mine')
    expect(find(container)).toHaveStyle({ order: '3' })
    rerender(
      part({
        className: (state) => `keys-${Object.keys(state).length > 0}`,
        style: (state) => ({ order: Object.keys(state).length > 0 ? 4 : 0 }),
      }),
    )
    expect(find(container)).toHaveClass('keys-true')
    expect(find(container)).toHaveStyle({ order: '4' })
  })

  it('passes unknown props to its element', () => {
    const { container } = render(part({ id: 'own-id', title: 'a title' }))
    expect(find(container)).toHaveAttribute('title', 'a title')
    expect(find(container)).toHaveAttribute('id', 'own-id')
  })

  it('is replaced by an element or a function given as `render`', () => {
    const { container, rerender } = render(part({ render: <article data-mine="" /> }))
    expect(find(container).tagName).toBe('ARTICLE')
    expect(find(container)).toHaveAttribute('data-mine')
    rerender(
      part({
        render: (props, state) => <section {...props} data-known={Object.keys(state).length > 0} />,
      }),
    )
    expect(find(container).tagName).toBe('SECTION')
    expect(find(container)).toHaveAttribute('data-known', 'true')
  })

  it('calls the handler of the caller', async () => {
    const onClick = vi.fn<() => void>()
    const { container } = render(part({ onClick }))
    await userEvent.click(find(container))
    expect(onClick).toHaveBeenCalledTimes(1)
  })
}

/** Erases the prop types of a part: a table holds parts of many elements. */
export function loosen<Props>(Part: ComponentType<Props>): ComponentType<AnyPartProps & Record<string, unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the suite passes only props that every part accepts
  return Part as ComponentType<AnyPartProps & Record<string, unknown>>
}
