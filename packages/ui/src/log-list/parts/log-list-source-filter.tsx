'use client'
import type { ChangeEvent, ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'

export type LogListSourceFilterProps = PartProps<'select', LogListState>

/** Selects the source that is shown. Renders nothing if there is only one, else a `<select>`. */
export function LogListSourceFilter(props: LogListSourceFilterProps): ReactNode {
  const { state, filter, setFilter, facets, messages } = useLogTools('SourceFilter')
  const select = usePart('select', 'log-list-source-filter', state, props, {
    'aria-label': messages.source,
    value: filter.source ?? 'all',
    onChange: (event: ChangeEvent<HTMLSelectElement>) => {
      setFilter({ ...filter, source: facets.sources.find((source) => source === event.target.value) ?? null })
    },
    children: (['all', ...facets.sources] as const).map((source) => (
      <option key={source} value={source}>
        {messages.sources[source]}
      </option>
    )),
  })
  return facets.sources.length > 1 ? select : null
}
