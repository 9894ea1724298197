'use client'
import { useEffect, useMemo, useState } from 'react'
import { noMatches, type LogMatches, type SearchTerms } from '../model/log-matches.ts'
import type { LogRows } from '../model/log-rows.ts'
import { createLogSearch, searchPattern } from '../model/log-search.ts'

/** ms per slice: half a frame. */
const slice = 8

/** Searches all rows in slices between frames, and continues as rows are added. */
export function useLogSearch(rows: LogRows, terms: SearchTerms, scope: object): LogMatches {
  const search = useMemo(() => {
    const pattern = searchPattern(terms)
    // `scope` changes when the rows were replaced, not when they grow: earlier matches are then invalid.
    return pattern === null || pattern === 'invalid' ? pattern : { pattern, scope, scanner: createLogSearch(pattern) }
  }, [terms, scope])
  const [found, setFound] = useState<{ of: unknown; count: number; done: boolean }>({ of: null, count: 0, done: true })
  useEffect(() => {
    if (search === null || search === 'invalid') return undefined
    const { scanner } = search
    let timer: ReturnType<typeof setTimeout> | undefined
    const work = () => {
      const until = performance.now() + slice
      const done = scanner.scan(rows, () => performance.now() > until)
      setFound({ of: search, count: scanner.matches.length, done })
      if (!done) timer = setTimeout(work, 0)
    }
    work()
    return () => clearTimeout(timer)
  }, [rows, search])
  return useMemo(() => {
    if (search === null) return noMatches
    if (search === 'invalid') return { ...noMatches, invalid: true }
    const current = found.of === search
    return {
      pattern: search.pattern,
      invalid: false,
      lines: search.scanner.matches,
      count: current ? found.count : 0,
      done: current && found.done,
    }
  }, [search, found])
}
