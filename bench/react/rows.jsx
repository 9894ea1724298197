import { memo, useLayoutEffect } from 'react'
import { createRoot } from 'react-dom/client'

const Row = memo(({ line }) => <div>{line}</div>)

/** The last 30 lines, in rows that stay. */
export const Rows = ({ lines }) =>
  // oxlint-disable-next-line react/no-array-index-key -- rows are recycled
  lines.slice(-30).map((line, index) => <Row key={index} line={line} />)

/** Counts a component's commits. */
export function useCommits({ commit }) {
  useLayoutEffect(() => void commit())
}

/** Renders a component that hands out the function which begins a run. */
export function mounted(root, bench, Component) {
  return new Promise((resolve) => {
    createRoot(root).render(<Component bench={bench} onReady={resolve} />)
  })
}
