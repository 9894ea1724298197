'use client'
import type { ReactNode } from 'react'
import { ChevronsDownUpIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListFoldAllProps = PartProps<'button', LogListState>

/** Folds all sections, or opens them; so does Shift+`z`. Renders nothing if there are none, else a `<button>`. */
export function LogListFoldAll(props: LogListFoldAllProps): ReactNode {
  const { reading, messages } = useLogTools('FoldAll')
  if (!reading || reading.index.sections.length === 0) return null
  return (
    <LogListToggle
      {...props}
      slot="log-list-fold-all"
      label={messages.foldAll}
      icon="fold"
      fallback={ChevronsDownUpIcon}
      onPress={() => reading.foldAll()}
    />
  )
}
