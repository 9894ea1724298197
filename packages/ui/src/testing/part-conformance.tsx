import '@testing-library/jest-dom/vitest'
import { render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createRef, type ComponentType, type ReactElement, type ReactNode } from 'react'
import { expect, it, vi } from 'vitest'

/** What every part promises to take, whatever its element is. */
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
  /** The part with these props and with whatever it needs around it. */
  part: (props: AnyPartProps) => ReactNode
}

/** The promises that every part makes, as tests. */
export function describePart({ slot, part }: PartCase): void {
  const find = (container: HTMLElement) => {
    const element = container.querySelector<HTMLElement>(`[data-slot="${slot}"]`)
    expect(element).not.toBeNull()
    return element ?? container
  }

  it('hands over its element', () => {
    const ref = createRef<HTMLElement>()
    const { container } = render(part({ ref }))
    expect(ref.current).toBe(find(container))
  })

  it('takes a class and a style, as values and as functions of its state', () => {
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

  it('passes on what it does not know', () => {
    const { container } = render(part({ id: 'own-id', title: 'a title' }))
    expect(find(container)).toHaveAttribute('title', 'a title')
    expect(find(container)).toHaveAttribute('id', 'own-id')
  })

  it('becomes another element by an element or by a function', () => {
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

  it('calls a handler of the caller', async () => {
    const onClick = vi.fn<() => void>()
    const { container } = render(part({ onClick }))
    await userEvent.click(find(container))
    expect(onClick).toHaveBeenCalledTimes(1)
  })
}

/** A part whose props are checked here instead of by its own types: a table holds parts of many elements. */
export function loosen<Props>(Part: ComponentType<Props>): ComponentType<AnyPartProps & Record<string, unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the suite passes only what every part takes
  return Part as ComponentType<AnyPartProps & Record<string, unknown>>
}
