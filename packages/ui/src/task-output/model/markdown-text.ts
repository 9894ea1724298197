// Whether a text is Markdown, and where it can be cut so that what is finished is drawn once.

/** Characters up to which a text is drawn as Markdown. */
const longest = 100_000

/** Blocks that plain text does not have by chance. */
const blocks = [
  /^ {0,3}#{1,6} \S/m,
  /^ {0,3}(?:```|~~~)/m,
  /^\|?.*\|.*\n {0,3}\|?\s*:?-{2,}:?\s*(?:\||$)/m,
  /^ {0,3}(?:[-*+]|\d{1,9}[.)]) +\S.*\n+ {0,3}(?:[-*+]|\d{1,9}[.)]) +\S/m,
]
/** Nested deeper than anybody writes: drawing it takes seconds, or the stack. */
const deep = /^(?:[ \t]*>){33}|^[ \t]{200}/m
/** Spans, in a text that has paragraphs or links. */
const spans = /\*\*[^*\s][^*\n]*\*\*|\[[^\]\n]+\]\(https?:[^)\s]+\)/

export function isMarkdown(text: string): boolean {
  if (text.length > longest || deep.test(text)) return false
  return (blocks.some((block) => block.test(text)) || spans.test(text)) && !isHeavy(text)
}

/** Marks of spans in one paragraph up to which they are paired: the time grows with their square. */
const mostMarks = 2_000

function isHeavy(text: string): boolean {
  let marks = 0
  let fence: string | null = null
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence
    if (mark || line.trim() === '') marks = 0
    else if (fence === null) marks += line.match(/[*_~[\]`<]+/g)?.length ?? 0
    if (marks > mostMarks) return true
  }
  return false
}

/**
 * The text in pieces that begin with a heading: all but the last stay as they are while a text grows at its end. One piece where
 * definitions (of links, of footnotes) may be used anywhere.
 */
export function sectionsOf(text: string): readonly string[] {
  if (/^ {0,3}\[[^\]\n]+\]:/m.test(text)) return [text]
  const sections: string[] = []
  let from = 0
  let fence: string | null = null
  for (const { 0: line, index, 1: mark = '' } of text.matchAll(/^ {0,3}(`{3,}|~{3,}|#{1,6}(?= )).*$/gm)) {
    if (mark.startsWith('#')) {
      if (fence === null && index > from) {
        sections.push(text.slice(from, index))
        from = index
      }
    } else if (fence === null) fence = mark
    else if (mark.startsWith(fence) && line.trim() === mark) fence = null
  }
  return [...sections, text.slice(from)]
}
