'use client'
import { useState } from 'react'
import { readText, textOf } from '../schema/input-text.ts'
import { isEqual, pointerOf } from '../schema/json.ts'
import type { ControlProps } from './field-frame.tsx'
import { useForm } from './form-context.ts'

/** A value of any shape, as JSON. What is typed stays while it is no JSON yet. */
export function JsonControl({ field, path, value, id, describedBy, isInvalid }: ControlProps) {
  const { set, setProblem, messages } = useForm()
  const [typed, setTyped] = useState<{ text: string; value: unknown } | null>(null)
  // Changed from elsewhere, such as by Reset.
  const text = typed && isEqual(typed.value, value) ? typed.text : textOf(value)
  return (
    <textarea
      id={id}
      data-slot="generator-input"
      data-kind="json"
      rows={path.length === 0 ? 12 : 4}
      spellCheck={false}
      dir="ltr"
      value={text}
      placeholder={textOf(field.fallback ?? undefined) || undefined}
      aria-describedby={describedBy}
      aria-invalid={isInvalid || undefined}
      aria-required={field.isRequired || undefined}
      onChange={(event) => {
        const next = event.target.value
        const isEmpty = next.trim() === ''
        const read = isEmpty ? { value: undefined } : readText(next, value)
        const isRoot = path.length === 0
        if ('value' in read && !(isRoot && !isObjectOrEmpty(read.value))) {
          const given = isRoot ? (read.value ?? {}) : read.value
          setTyped({ text: next, value: given })
          set(path, given)
          setProblem(pointerOf(path), null)
        } else {
          setTyped({ text: next, value })
          setProblem(pointerOf(path), 'line' in read ? messages.notJson(read.line) : messages.notAnObject)
        }
      }}
    />
  )
}

const isObjectOrEmpty = (value: unknown) =>
  value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
