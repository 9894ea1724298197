'use client'
import { useEffect, useMemo, useState } from 'react'
import { plainText } from '../../text/plain-text.ts'
import { noMatches, type LogMatches, type SearchNote, type SearchTerms } from '../model/log-matches.ts'
import { compile, isLinear, readQuery, type LogQuery } from '../model/log-query.ts'
import type { LogRows } from '../model/log-rows.ts'
import { createLogSearch, meets, type LogSearch } from '../model/log-search.ts'
import { createExpressionWorker } from './expression-worker.ts'

/** ms per slice: half a frame. */
const slice = 8
/** Lines that are sent to the worker at once. */
const linesSent = 500
/** Lines whose marks are kept. */
const marksKept = 20_000

interface Search {
  readonly query: LogQuery
  readonly ranges: Map<number, readonly number[]>
  readonly matches: readonly number[]
  readonly note: () => SearchNote
  /** Reads on; calls back after each slice. Returns the function that stops it. */
  readonly run: (rows: LogRows, onSlice: (done: boolean) => void) => () => void
  readonly end: () => void
}

/** Searches all rows in slices between frames, and continues as rows are added. */
export function useLogSearch(rows: LogRows, terms: SearchTerms, scope: object): LogMatches {
  const search = useMemo(() => {
    const query = readQuery(terms)
    // `scope` changes when the rows were replaced, not when they grow: earlier matches are then invalid.
    return query === null || query === 'invalid' ? query : { scope, ...createSearch(query) }
  }, [terms, scope])
  const [found, setFound] = useState<{ of: unknown; count: number; done: boolean }>({ of: null, count: 0, done: true })
  useEffect(() => {
    if (search === null || search === 'invalid') return undefined
    return search.run(rows, (done) => setFound({ of: search, count: search.matches.length, done }))
  }, [rows, search])
  useEffect(() => (search === null || search === 'invalid' ? undefined : search.end), [search])
  return useMemo(() => {
    if (search === null) return noMatches
    if (search === 'invalid') return { ...noMatches, active: true, invalid: true }
    const current = found.of === search
    return {
      active: true,
      pattern: search.query.marks,
      ranges: search.ranges,
      invalid: false,
      note: search.note(),
      lines: search.matches,
      count: current ? found.count : 0,
      done: current && found.done,
    }
  }, [search, found])
}

function createSearch(query: LogQuery): Search {
  const { expressions, flags } = query
  if (expressions.every(isLinear)) {
    const compiled = expressions.map((source) => compile(source, flags)).filter((one) => one !== null)
    const marks = [query.marks?.source, ...compiled.map(({ source }) => source)].filter(
      (source) => source !== undefined,
    )
    const marked = marks.length > 0 ? compile(marks.join('|'), `g${flags}`) : null
    return localSearch({ ...query, marks: marked }, createLogSearch(query, compiled), null)
  }
  const worker = createExpressionWorker(expressions, flags)
  if (!worker) return textSearch(query)
  return workerSearch(query, worker)
}

function localSearch(query: LogQuery, scanner: LogSearch, note: SearchNote): Search {
  return {
    query,
    ranges: new Map(),
    matches: scanner.matches,
    note: () => note,
    run(rows, onSlice) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const work = () => {
        const until = performance.now() + slice
        const done = scanner.scan(rows, () => performance.now() > until)
        onSlice(done)
        if (!done) timer = setTimeout(work, 0)
      }
      work()
      return () => clearTimeout(timer)
    },
    end: () => {},
  }
}

/** An expression that may never end is not run on the page: its text is searched. */
function textSearch(query: LogQuery): Search {
  const text = readQuery({
    query: query.expressions.map((source) => JSON.stringify(source).replaceAll(String.raw`\\`, '\\')).join(' '),
    regex: false,
    matchCase: !query.flags.includes('i'),
  })
  const asked =
    text === null || text === 'invalid'
      ? query
      : { ...query, wanted: [...query.wanted, ...text.wanted], marks: text.marks }
  return localSearch(asked, createLogSearch(asked), 'text')
}

function workerSearch(query: LogQuery, worker: NonNullable<ReturnType<typeof createExpressionWorker>>): Search {
  const matches: number[] = []
  const ranges = new Map<number, readonly number[]>()
  let read = 0
  let revision = 0
  let open = 1
  let note: SearchNote = null
  let fallback: Search | null = null

  return {
    query,
    ranges,
    get matches() {
      return fallback?.matches ?? matches
    },
    note: () => fallback?.note() ?? note,
    run(rows, onSlice) {
      if (fallback) return fallback.run(rows, onSlice)
      let isStopped = false
      let stopFallback: (() => void) | null = null
      if (rows.revision !== revision) {
        read = Math.min(read, open - 1)
        while ((matches.at(-1) ?? 0) > read) matches.pop()
      }
      revision = rows.revision
      open = rows.open
      const work = async () => {
        for (;;) {
          const first = rows.indexOf(read + 1)
          const end = Math.min(rows.length, first + linesSent)
          const numbers: number[] = []
          const texts: string[] = []
          for (let index = first; index < end; index += 1) {
            const text = plainText(rows.text(index))
            if (!meets(query, text, rows.level(index))) continue
            numbers.push(rows.number(index))
            texts.push(text)
          }
          const last = end > first ? rows.number(end - 1) : read
          const found = await worker.match(texts)
          if (isStopped) return
          for (const [index = 0, ...marks] of found) {
            const number = numbers[index]!
            matches.push(number)
            if (ranges.size < marksKept) ranges.set(number, marks)
          }
          read = last
          const done = end >= rows.length
          onSlice(done)
          if (done) return
        }
      }
      work().catch((error: unknown) => {
        if (isStopped) return
        if (error instanceof Error && error.message === 'slow') note = 'slow'
        else {
          // The page forbids the worker.
          fallback = textSearch(query)
          stopFallback = fallback.run(rows, onSlice)
        }
        onSlice(true)
      })
      return () => {
        isStopped = true
        stopFallback?.()
      }
    },
    end: worker.end,
  }
}
