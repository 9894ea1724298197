import type { IconNode } from 'lucide'
import { createElement, type SVGProps } from 'react'
import type { Icon } from '../provider/kit-context.ts'

/** A Lucide icon as a component, without the 2 kB of Lucide's React package. */
export function lucideIcon(drawing: IconNode): Icon {
  return function LucideIcon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        {...props}
      >
        {drawing.map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
      </svg>
    )
  }
}
