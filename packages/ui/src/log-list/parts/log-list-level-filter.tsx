'use client'
import type { ChangeEvent, ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import type { LogLevel } from '../model/log-rows.ts'

export type LogListLevelFilterProps = PartProps<'select', LogListState>

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Selects the least level that is shown; line numbers do not change. Renders nothing if no line has a level, else a `<select>`. */
export function LogListLevelFilter(props: LogListLevelFilterProps): ReactNode {
  const { state, filter, setFilter, facets, reading, messages } = useLogTools('LevelFilter')
  const select = usePart('select', 'log-list-level-filter', state, props, {
    'aria-label': messages.level,
    value: filter.level ?? 'all',
    onChange: (event: ChangeEvent<HTMLSelectElement>) => {
      setFilter({ ...filter, level: levels.find((level) => level === event.target.value) ?? null })
    },
    children: (['all', ...levels] as const).map((level) => (
      <option key={level} value={level}>
        {messages.levels[level]}
      </option>
    )),
  })
  const { errors = [], warnings = [] } = reading?.index ?? {}
  return facets.levels.length + errors.length + warnings.length > 0 ? select : null
}
