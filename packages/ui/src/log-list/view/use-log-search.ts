'use client'
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { plainText } from '../../text/plain-text.ts'
import {
  createFoundLines,
  noMatches,
  type LogMatches,
  type MatchLines,
  type SearchNote,
  type SearchTerms,
} from '../model/log-matches.ts'
import { isLinear, marksOf, readQuery, type LogExpression, type LogQuery } from '../model/log-query.ts'
import type { LogRows } from '../model/log-rows.ts'
import { createLogSearch, createReadingOrder, meets, type LogSearch } from '../model/log-search.ts'
import { createExpressionWorker, type Found } from './expression-worker.ts'

/** ms per slice: half a frame. */
const slice = 8
/** Lines of one message to the worker, and messages that are sent before the first answer. */
const linesSent = 500
const slicesSent = 10
/** ms between two renderings of what the worker has found. */
const renderEvery = 50
/** Lines whose marks are kept. */
const marksKept = 20_000

interface Search {
  readonly query: LogQuery
  readonly ranges: Map<number, readonly number[]>
  readonly matches: MatchLines
  readonly test: LogMatches['test']
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
  // In the same frame as the key: the first slice is read before the browser paints.
  useLayoutEffect(() => {
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
      test: search.test,
      count: current ? found.count : 0,
      done: current && found.done,
    }
  }, [search, found])
}

function createSearch(query: LogQuery): Search {
  const { expressions } = query
  if (expressions.every(({ source }) => isLinear(source)))
    return localSearch({ ...query, marks: marksOf(query) }, createLogSearch(query), null)
  const worker = createExpressionWorker(expressions)
  if (!worker) return textSearch(query)
  return workerSearch(query, worker)
}

function localSearch(query: LogQuery, scanner: LogSearch, note: SearchNote): Search {
  return {
    query,
    ranges: new Map(),
    matches: scanner.matches,
    test: scanner.test,
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

const literalOf = ({ source, isExcluded }: LogExpression) => `${isExcluded ? '-' : ''}"${source.replaceAll('"', ' ')}"`

/** An expression that may never end is not run on the page: its text is searched. */
function textSearch(query: LogQuery): Search {
  const text = readQuery({
    query: query.expressions.map(literalOf).join(' '),
    regex: false,
    matchCase: !query.flags.includes('i'),
  })
  const asked =
    text === null || text === 'invalid'
      ? query
      : {
          ...query,
          wanted: [...query.wanted, ...text.wanted],
          unwanted: [...query.unwanted, ...text.unwanted],
          marks: text.marks,
        }
  return localSearch(asked, createLogSearch(asked, []), 'text')
}

function workerSearch(query: LogQuery, worker: NonNullable<ReturnType<typeof createExpressionWorker>>): Search {
  const matches = createFoundLines()
  const ranges = new Map<number, readonly number[]>()
  const order = createReadingOrder()
  let note: SearchNote = null
  let fallback: Search | null = null

  /** The next lines that may match. */
  const nextSlice = (rows: LogRows) => {
    const next = order.next(rows)
    if (!next) return null
    const { isNewer } = next
    const numbers: number[] = []
    const texts: string[] = []
    let last = 0
    let count = 0
    const until = performance.now() + slice
    for (
      let { index } = next;
      index >= 0 && index < rows.length && count < linesSent * slicesSent;
      index += isNewer ? 1 : -1
    ) {
      last = rows.number(index)
      count += 1
      if (count % 64 === 0 && performance.now() > until) count = linesSent * slicesSent
      const text = plainText(rows.text(index))
      if (!meets(query, text, rows.level(index))) continue
      numbers.push(last)
      texts.push(text)
    }
    return { numbers, texts, last, isNewer }
  }

  return {
    query,
    ranges,
    test: null,
    get matches() {
      return fallback?.matches ?? matches
    },
    note: () => fallback?.note() ?? note,
    run(rows, onSlice) {
      if (fallback) return fallback.run(rows, onSlice)
      let isStopped = false
      let stopFallback: (() => void) | null = null
      const cut = order.sync(rows)
      if (cut !== null) matches.cutAbove(cut)
      let renderedAt = performance.now()
      let shown = 0
      const work = async () => {
        for (let lines = nextSlice(rows); lines; lines = nextSlice(rows)) {
          const { numbers, texts, last, isNewer } = lines
          const slices: Promise<Found>[] = []
          for (let from = 0; from < texts.length; from += linesSent)
            slices.push(worker.match(texts.slice(from, from + linesSent)))
          const answers = await Promise.all(slices)
          if (isStopped) return
          const found = answers.flatMap((answer, place) =>
            answer.map(([index = 0, ...marks]) => [index + place * linesSent, marks] as const),
          )
          for (const [index, marks] of found) {
            const number = numbers[index]!
            if (isNewer) matches.addNewer(number)
            else matches.addOlder(number)
            if (ranges.size < marksKept) ranges.set(number, marks)
          }
          order.read(last, isNewer)
          const isFirst = shown === 0 && matches.length > 0
          if (!isFirst && performance.now() - renderedAt < renderEvery) continue
          renderedAt = performance.now()
          shown = matches.length
          onSlice(false)
        }
        onSlice(true)
      }
      if (note !== null) return () => {}
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
