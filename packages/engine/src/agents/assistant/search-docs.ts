import MiniSearch from 'minisearch'
import type { DocsSection } from './docs.ts'
import { docs } from './docs.ts'
import { keywords } from './text.ts'

/** Share of a question's keywords that a section must contain to count as an answer. */
const neededShare = 0.6
const mostResults = 3

const index = new MiniSearch<DocsSection>({
  fields: ['title', 'text'],
  tokenize: keywords,
  processTerm: (term) => term,
  searchOptions: { boost: { title: 3 } },
})
index.addAll(docs)

/** The sections that answer a question, best first; empty if all share too few words with it. */
export function searchDocs(question: string): DocsSection[] {
  const asked = new Set(keywords(question))
  return index
    .search(question)
    .filter(({ queryTerms }) => queryTerms.length >= Math.max(1, asked.size * neededShare))
    .slice(0, mostResults)
    .flatMap(({ id }) => docs.find((section) => section.id === id) ?? [])
}
