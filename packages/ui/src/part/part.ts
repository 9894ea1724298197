import { mergeProps } from '@base-ui/react/merge-props'
import { useRender } from '@base-ui/react/use-render'
import type { ComponentPropsWithRef, CSSProperties, HTMLAttributes, JSX, ReactElement, RefObject } from 'react'

/** The state of a part: enumerations as strings, booleans as booleans. */
export type PartState = Record<string, unknown>

/** The props that every part accepts beside those of its element. */
export interface PartCustomization<State> {
  className?: string | ((state: State) => string | undefined) | undefined
  style?: CSSProperties | ((state: State) => CSSProperties | undefined) | undefined
  /** Another element for this part, or a function that returns one from the part's props and state. */
  render?: ReactElement | ((props: HTMLAttributes<HTMLElement>, state: State) => ReactElement) | undefined
}

export type PartProps<Tag extends keyof JSX.IntrinsicElements, State = PartState> = Omit<
  ComponentPropsWithRef<Tag>,
  'className' | 'style'
> &
  PartCustomization<State>

interface OwnProps extends PartState {
  ref?: RefObject<HTMLElement | null> | undefined
}

// `useRender` lower-cases names; these have two words.
const stateAttributesMapping = {
  progressSource: (source: unknown) => (typeof source === 'string' ? { 'data-progress-source': source } : null),
  // For `render`: as an attribute it would change with every tick.
  percent: () => null,
}

/**
 * Renders one part: its own props, then the caller's (handlers merged, the caller's first), `data-slot`, and each
 * field of `state` as a data attribute: strings as values, `true` as presence, everything else omitted.
 */
export function usePart<Tag extends keyof JSX.IntrinsicElements, State extends PartState>(
  tag: Tag,
  slot: string,
  state: State,
  given: PartProps<Tag, State>,
  own?: OwnProps,
): ReactElement
export function usePart(
  tag: keyof JSX.IntrinsicElements,
  slot: string,
  state: PartState,
  { className, style, render, ...rest }: PartCustomization<PartState>,
  { ref, ...own }: OwnProps = {},
): ReactElement {
  const props = mergeProps<'div'>(own, {
    ...rest,
    className: typeof className === 'function' ? className(state) : className,
    style: typeof style === 'function' ? style(state) : style,
  })
  return useRender<PartState, HTMLElement>({
    defaultTagName: tag,
    render,
    ref,
    state,
    stateAttributesMapping,
    props: { 'data-slot': slot, ...props },
  })
}
