/** A status, a count and the last 30 lines, in elements that are created once. */
export function recycledRows(root) {
  const head = document.createElement('p')
  const rows = Array.from({ length: 30 }, () => document.createElement('div'))
  root.append(head, ...rows)
  return (status, lines) => {
    const text = `${status} ${lines.length}`
    if (head.textContent !== text) head.textContent = text
    const first = Math.max(0, lines.length - rows.length)
    for (const [index, row] of rows.entries()) {
      const line = lines[first + index] ?? ''
      if (row.textContent !== line) row.textContent = line
    }
  }
}
