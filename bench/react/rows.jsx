import { useLayoutEffect } from 'react'
import { createRoot } from 'react-dom/client'

/** The last 30 lines in recycled rows: under load all of them change in each frame. */
export const Rows = ({ lines }) =>
  // oxlint-disable-next-line react/no-array-index-key -- rows are recycled
  lines.slice(-30).map((line, index) => <div key={index}>{line}</div>)

/** Counts a component's commits. */
export function useCommits({ commit }) {
  useLayoutEffect(() => void commit())
}

/** Renders a component that exposes the function which starts a run. */
export function mounted(root, bench, Component) {
  return new Promise((resolve) => {
    createRoot(root).render(<Component bench={bench} onReady={resolve} />)
  })
}
