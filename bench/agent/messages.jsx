import { memo, useLayoutEffect } from 'react'
import { useCommits } from '../react/rows.jsx'

/**
 * A plain chat with one memoised row per message, the same for both hooks. Rows show only the end of their text, so that the
 * cost of line breaking, which is equal for both, does not hide the difference.
 */
export function Messages({ bench, messages, textOf }) {
  useCommits(bench)
  useLayoutEffect(() => bench.show(messages))
  return messages.map((message) => <Row key={message.id} bench={bench} message={message} textOf={textOf} />)
}

const Row = memo(({ bench, message, textOf }) => {
  bench.rendered()
  return (
    <article>
      {message.role}: {textOf(message).slice(-300)}
    </article>
  )
})

/** The text of content blocks, which have the same names in both hooks. */
export const joined = (blocks) => blocks.map(({ type, text }) => (type === 'text' ? text : '')).join('')
