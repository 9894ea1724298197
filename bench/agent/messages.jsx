import { memo, useLayoutEffect } from 'react'
import { useCommits } from '../react/rows.jsx'

/**
 * A plain chat: one memoised row a message, as anybody would write it on either hook. Rows show the end of their text, so that
 * the browser's line breaking, which costs both the same, does not drown what differs.
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

/** The text of content blocks, which both hooks name alike. */
export const joined = (blocks) => blocks.map(({ type, text }) => (type === 'text' ? text : '')).join('')
