'use client'
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useMessages } from '../../provider/use-messages.ts'
import { useGenerator, type GeneratorInput } from '../generator-context.ts'
import { createChecker } from '../schema/check-input.ts'
import { isEqual, isObject, pointerOf, valueAt, withValue } from '../schema/json.ts'
import { PendingFields } from '../pending-fields.tsx'
import { readSchema, type InputForm, type JsonField } from '../schema/read-schema.ts'
import { FieldFrame } from './field-frame.tsx'
import { FieldList } from './field-list.tsx'
import { fieldAt, focusField, labelAt, secretsIn } from './field-places.ts'
import { FormContext, type FieldErrors, type FormContextValue } from './form-context.ts'
import { generatorFormMessages } from './messages.ts'
import { useAppSchema } from './use-app-schema.ts'
import { useRefusal } from './use-refusal.ts'
import { useTouch } from './use-touch.ts'

/** The fields of an app's schema. */
export function SchemaForm(): ReactNode {
  const { app, schema: given } = useGenerator('Fields')
  const messages = useMessages('generatorForm', generatorFormMessages)
  const [loaded, reload] = useAppSchema(app, given)
  const isLoading = loaded.status === 'loading'
  if (isLoading) return <PendingFields label={messages.loading} />
  if (loaded.status === 'ready') return <ReadyForm schema={loaded.schema} />
  return (
    <>
      <p data-slot="generator-note" role="alert">
        {messages.unavailable(loaded.reason)}{' '}
        <button type="button" data-slot="generator-link" onClick={reload}>
          {messages.reload}
        </button>
      </p>
      <ReadyForm schema={undefined} />
    </>
  )
}

const whole: JsonField = {
  kind: 'json',
  path: [],
  label: 'JSON',
  hint: undefined,
  isRequired: false,
  fallback: undefined,
  empty: undefined,
}
const root: readonly string[] = []

function ReadyForm({ schema }: { schema: unknown }) {
  const { input, setInput, setGuard, setSecrets, lostFiles } = useGenerator('Fields')
  const messages = useMessages('generatorForm', generatorFormMessages)
  const id = useId()
  const form = useMemo(() => readSchema(schema), [schema])
  const check = useMemo(() => createChecker(schema), [schema])
  const [asJson, setAsJson] = useState(false)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  /** The issues for which a run was stopped last. */
  const [refusedAt, setRefusedAt] = useState<ReadonlyMap<string, unknown> | null>(null)
  const wasRefused = refusedAt !== null
  const box = useRef<HTMLDivElement>(null)
  const touch = useTouch(setTouched, box)
  useLayoutEffect(() => {
    // The errors are said here, for all fields and in the reader's language.
    const element = box.current?.closest('form')
    if (element) element.noValidate = true
  }, [])
  useEffect(() => {
    if (refusedAt) focusField(box.current, (pointer) => refusedAt.has(pointer))
  }, [refusedAt])

  useEffect(() => {
    setSecrets(new Set(secretsIn([...form.fields, ...form.more])))
    setInput((before) => withDefaults(form, before))
  }, [form, setInput, setSecrets])

  const set = useCallback(
    (path: readonly string[], value: unknown) =>
      setInput((before) => {
        const next = withValue(before, path, value)
        return isObject(next) ? next : before
      }),
    [setInput],
  )
  const setProblem = useCallback((pointer: string, text: string | null) => {
    setProblems((before) => {
      if ((before.get(pointer) ?? null) === text) return before
      const next = new Map(before)
      if (text === null) next.delete(pointer)
      else next.set(pointer, text)
      return next
    })
  }, [])
  const context = useMemo<FormContextValue>(
    () => ({ id, messages, set, touch, setProblem, lostFiles }),
    [id, messages, set, touch, setProblem, lostFiles],
  )

  const all = useMemo(() => [...form.fields, ...form.more], [form])
  const refused = useRefusal(input)
  const found = useMemo(() => check?.(input) ?? [], [check, input])
  const isWhole = asJson || form.isUnknown || (all.length === 0 && Object.keys(input).length > 0)

  /** Every error, and whether it is already to be shown. */
  const issues = useMemo(() => {
    const byField = new Map<string, { text: string; isShown: boolean }>()
    const add = (path: string, text: string, isShown: boolean) => {
      const pointer = isWhole ? '' : fieldAt(all, path)
      if (!byField.has(pointer))
        byField.set(pointer, { text: pointer === '' && path !== '' ? `${path.slice(1)}: ${text}` : text, isShown })
    }
    for (const [pointer, text] of problems) add(pointer, text, true)
    for (const { path, message } of refused) add(path, message, true)
    for (const issue of found)
      add(issue.path, messages.issue(issue), wasRefused || touched.has(fieldAt(all, issue.path)))
    return byField
  }, [problems, refused, found, all, isWhole, messages, wasRefused, touched])
  const errors = useStable(new Map([...issues].flatMap(([path, { text, isShown }]) => (isShown ? [[path, text]] : []))))

  // Only what this page finds stops a run: what the service refused it may take now.
  const isBlocked = problems.size > 0 || found.length > 0
  useLayoutEffect(() => {
    setGuard(() => {
      if (!isBlocked) return true
      setRefusedAt(issues)
      return false
    })
    return () => setGuard(null)
  }, [setGuard, isBlocked, issues])

  const changed = form.more.filter(({ path, fallback }) => {
    const value = valueAt(input, path)
    return value !== undefined && !isEqual(value, fallback ?? undefined)
  }).length
  const moreHasError = form.more.some(({ path }) =>
    [...errors.keys()].some((pointer) => pointer.startsWith(pointerOf(path))),
  )
  const rest = isWhole ? undefined : errors.get('')

  return (
    <FormContext value={context}>
      <div ref={box} data-slot="generator-fields">
        {!form.isUnknown && all.length > 0 && (
          <div role="radiogroup" aria-label={messages.view} data-slot="generator-choice" data-size="small">
            {[false, true].map((isJson) => (
              <label key={String(isJson)} data-slot="generator-option">
                <input
                  type="radio"
                  name={`${id}-view`}
                  checked={asJson === isJson}
                  onChange={() => setAsJson(isJson)}
                />
                <span>{isJson ? messages.json : messages.form}</span>
              </label>
            ))}
          </div>
        )}
        <Examples form={form} />
        {form.isUnknown && <p data-slot="generator-note">{messages.unknown}</p>}
        {!isWhole && all.length === 0 && <p data-slot="generator-note">{messages.noInput}</p>}
        {isWhole ? (
          <FieldFrame field={whole} prefix={root} value={input} errors={errors} />
        ) : (
          <FieldList fields={form.fields} prefix={root} container={input} errors={errors} />
        )}
        {!isWhole && form.more.length > 0 && (
          <More label={messages.more(form.more.length, changed)} isForced={moreHasError}>
            <FieldList fields={form.more} prefix={root} container={input} errors={errors} />
          </More>
        )}
        {rest !== undefined && (
          <p role="alert" data-slot="generator-field-error">
            {rest}
          </p>
        )}
        {errors.size > 1 && wasRefused && (
          <div role="alert" data-slot="generator-summary">
            {messages.summary(errors.size)}
            <ul>
              {[...errors].map(([pointer, text]) => (
                <li key={pointer}>
                  <button
                    type="button"
                    data-slot="generator-link"
                    onClick={() => focusField(box.current, (one) => one === pointer)}
                  >
                    {labelAt(all, pointer)}
                  </button>
                  {`: ${text}`}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </FormContext>
  )
}

function More({ label, isForced, children }: { label: string; isForced: boolean; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  const open = isOpen || isForced
  return (
    <details
      data-slot="generator-more"
      open={open}
      onToggle={(event) => {
        if (event.currentTarget.open !== open) setIsOpen(event.currentTarget.open)
      }}
    >
      <summary data-slot="generator-logs-summary">{label}</summary>
      {/* Not rendered while closed: most forms are sent without. */}
      {open && <div data-slot="generator-fields">{children}</div>}
    </details>
  )
}

function Examples({ form: { examples, defaults } }: { form: InputForm }) {
  const { setInput } = useGenerator('Fields')
  const messages = useMessages('generatorForm', generatorFormMessages)
  if (examples.length === 0) return null
  return (
    <div role="group" aria-label={messages.examples} data-slot="generator-examples">
      {examples.slice(0, 8).map((example, index) => {
        const text = Object.values(example).find((value) => typeof value === 'string' && value !== '')
        return (
          <button
            key={JSON.stringify(example)}
            type="button"
            data-slot="generator-example"
            onClick={() => setInput({ ...defaults, ...example })}
          >
            {typeof text === 'string' ? text.slice(0, 60) : messages.item(index + 1)}
          </button>
        )
      })}
    </div>
  )
}

/** Defaults below what was given, so that nothing that was typed is replaced. */
function withDefaults({ defaults }: InputForm, input: GeneratorInput): GeneratorInput {
  const missing = Object.entries(defaults).filter(([key]) => !Object.hasOwn(input, key))
  return missing.length === 0 ? input : { ...Object.fromEntries(missing), ...input }
}

/** The same map as long as it says the same. */
function useStable(errors: FieldErrors): FieldErrors {
  const [kept, setKept] = useState(errors)
  const isSame = kept.size === errors.size && [...errors].every(([path, text]) => kept.get(path) === text)
  if (!isSame) setKept(errors)
  return isSame ? kept : errors
}
