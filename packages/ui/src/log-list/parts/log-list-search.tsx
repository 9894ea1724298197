'use client'
import { useEffect, useLayoutEffect, useRef, type ChangeEvent, type KeyboardEvent, type ReactNode } from 'react'
import { CaseSensitiveIcon, RegexIcon } from '../view/icons.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'
import { firstFrom, type MatchLines } from '../model/log-matches.ts'
import { useLogSearch } from '../view/use-log-search.ts'

export type LogListSearchProps = PartProps<'div', LogListState>

/**
 * A search field for all lines, with toggles for regular expressions and case: words and "phrases" that a line has, `-word` that it
 * has not, `/expression/`, `level:warn` or `level:warn+`. The log moves to the first match while typing. Enter goes to the next,
 * Shift+Enter to the previous one, Escape closes the search and returns the focus to the lines. Renders a `<div>`.
 */
export function LogListSearch(props: LogListSearchProps): ReactNode {
  const list = useLogTools('Search')
  const { state, rows, scope, terms, setTerms, setMatches, step, closeSearch, messages, geometry, goTo } = list
  const matches = useLogSearch(rows, terms, scope)
  useLayoutEffect(() => setMatches(matches), [matches, setMatches])
  /** Where the reader was when the search began, and the matches that were moved to. */
  const origin = useRef<{ readonly line: number; readonly isEnd: boolean }>(null)
  const moved = useRef<MatchLines>(null)
  useEffect(() => {
    const { active, invalid, lines, test, count, done } = matches
    if (!active) origin.current = moved.current = null
    if (!active || invalid || moved.current === lines) return
    const view = geometry.get()
    const from = (origin.current ??= { line: geometry.topLine(), isEnd: view?.position.following === true })
    const go = (line: number, isInView: boolean) => {
      moved.current = lines
      goTo(line, lines, isInView)
    }
    // In view, else the newest one for a reader at the end, else the first one from where the reader was.
    const inView = view?.numbers.find((number) => {
      const index = view.rows.indexOf(number)
      return number >= from.line && index < view.rows.length && test?.(view.rows.text(index), view.rows.level(index))
    })
    if (inView !== undefined) go(inView, true)
    else if (count > 0 && from.isEnd) go(lines.at(lines.length - 1)!, false)
    else if (count > 0 && done) go(lines.at(firstFrom(lines, from.line)) ?? lines.at(0)!, false)
  }, [matches, geometry, goTo])
  return usePart('div', 'log-list-search', state, props, {
    children: (
      <>
        <input
          data-slot="log-list-search-field"
          type="search"
          aria-label={messages.search}
          placeholder={messages.search}
          aria-invalid={matches.invalid || undefined}
          title={matches.invalid ? messages.invalid : undefined}
          autoComplete="off"
          spellCheck={false}
          value={terms.query}
          onChange={(event: ChangeEvent<HTMLInputElement>) => setTerms({ ...terms, query: event.target.value })}
          onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
            else if (event.key === 'Escape') closeSearch()
            else return
            event.preventDefault()
            event.stopPropagation()
          }}
        />
        <LogListToggle
          slot="log-list-regex"
          label={messages.regex}
          icon="regex"
          fallback={RegexIcon}
          pressed={terms.regex}
          onPress={() => setTerms({ ...terms, regex: !terms.regex })}
        />
        <LogListToggle
          slot="log-list-match-case"
          label={messages.matchCase}
          icon="matchCase"
          fallback={CaseSensitiveIcon}
          pressed={terms.matchCase}
          onPress={() => setTerms({ ...terms, matchCase: !terms.matchCase })}
        />
      </>
    ),
  })
}
