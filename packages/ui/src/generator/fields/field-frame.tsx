'use client'
import { memo, type ReactNode } from 'react'
import { RotateCwIcon } from '../../part/icons.ts'
import { isEqual, pointerOf } from '../schema/json.ts'
import type { Field } from '../schema/read-schema.ts'
import { Control } from './controls.tsx'
import { useForm, type FieldErrors } from './form-context.ts'

export interface ControlProps<Kind extends Field = Field> {
  readonly field: Kind
  /** From the whole input. */
  readonly path: readonly string[]
  readonly value: unknown
  readonly id: string
  readonly isInvalid: boolean
  /** Ids of the hint and the error. */
  readonly describedBy: string | undefined
}

interface FieldFrameProps {
  readonly field: Field
  readonly prefix: readonly string[]
  readonly value: unknown
  readonly errors: FieldErrors
  /** Beside the label, such as the buttons of an item. */
  readonly actions?: ReactNode
}

/** A label, a control, a hint and an error. */
export const FieldFrame = memo(function FieldFrame({ field, prefix, value, errors, actions }: FieldFrameProps) {
  const form = useForm()
  const { messages } = form
  const path = [...prefix, ...field.path]
  const pointer = pointerOf(path)
  const id = `${form.id}${pointer}`
  const error = errors.get(pointer)
  const isChanged = value !== undefined && !isEqual(value, field.fallback ?? undefined) && field.fallback !== undefined
  const isGroup = field.kind === 'choice' && field.isShort
  const describedBy = [field.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  const label = (
    <>
      <span>{field.label}</span>
      {field.isRequired && field.kind !== 'switch' && <span data-slot="generator-required">{messages.required}</span>}
    </>
  )
  return (
    <div
      data-slot="generator-field"
      data-kind={field.kind}
      data-invalid={error !== undefined || undefined}
      data-field={pointer}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) form.touch(pointer)
      }}
    >
      <div data-slot="generator-field-head">
        {isGroup ? (
          <span id={`${id}-label`} data-slot="generator-label">
            {label}
          </span>
        ) : (
          <label htmlFor={id} id={`${id}-label`} data-slot="generator-label">
            {label}
          </label>
        )}
        {isChanged && (
          <button
            type="button"
            data-slot="generator-tool"
            aria-label={messages.reset(field.label)}
            title={messages.reset(field.label)}
            onClick={(event) => {
              form.set(path, field.fallback ?? undefined)
              form.setProblem(pointer, null)
              // The button goes; the focus stays with the field.
              const frame = event.currentTarget.closest<HTMLElement>('[data-field]')
              frame?.querySelector<HTMLElement>('input, select, textarea')?.focus()
            }}
          >
            <RotateCwIcon aria-hidden="true" width={14} height={14} />
          </button>
        )}
        {actions}
      </div>
      <Control {...{ field, path, value, id, describedBy, isInvalid: error !== undefined }} />
      {field.hint && (
        <p id={`${id}-hint`} data-slot="generator-hint">
          {field.hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} data-slot="generator-field-error">
          {error}
        </p>
      )}
    </div>
  )
})
