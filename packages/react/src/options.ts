import type { AppRef } from '@inferstream/client'
import type { AppOption } from './types.ts'

/** What a hook was given, an app before its options or among them; nothing, for what is neither. */
export function optionsOf<TInput, TOutput, TOptions extends object>(
  first: AppRef<TInput, TOutput> | string | TOptions | null | undefined,
  second: TOptions | null | undefined,
): TOptions & { app?: AppOption<TInput, TOutput> | undefined } {
  // All options are optional, so that none is as good as some.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const rest = (second ?? {}) as TOptions
  if (typeof first === 'string') return { ...rest, app: first }
  if (typeof first !== 'object' || first === null) return rest
  // Options have no `ref`, and a reference made by `app()` has nothing else.
  return 'ref' in first ? { ...rest, app: first } : first
}
