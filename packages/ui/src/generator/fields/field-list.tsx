'use client'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { XIcon } from '../../part/icons.ts'
import { isObject, pointerOf, valueAt } from '../schema/json.ts'
import type { Field, GroupField, ListField, VariantsField } from '../schema/read-schema.ts'
import { FieldFrame } from './field-frame.tsx'
import { useForm, type FieldErrors } from './form-context.ts'
import { ArrowDownIcon, ArrowUpIcon, PlusIcon } from './icons.ts'

interface FieldListProps {
  readonly fields: readonly Field[]
  /** Where `container` stands in the input. */
  readonly prefix: readonly string[]
  /** Holds the fields' values at their paths. */
  readonly container: unknown
  readonly errors: FieldErrors
}

/** Fields that are rendered at once; more follow without holding up what is typed into the first. */
const firstFields = 40

export function FieldList({ fields, prefix, container, errors }: FieldListProps) {
  const rendered = useDeferredValue(fields, fields.length > firstFields ? fields.slice(0, firstFields) : fields)
  return rendered.map((field) => <AnyField key={field.path.join('/')} {...{ field, prefix, container, errors }} />)
}

interface AnyFieldProps extends Omit<FieldListProps, 'fields'> {
  readonly field: Field
  readonly actions?: React.ReactNode
}

function AnyField({ field, container, ...props }: AnyFieldProps) {
  switch (field.kind) {
    case 'group':
      return <Group {...props} field={field} container={container} />
    case 'variants':
      return <Variants {...props} field={field} container={container} />
    case 'list':
      return <List {...props} field={field} container={container} />
    default:
      return <FieldFrame {...props} field={field} value={valueAt(container, field.path)} />
  }
}

type PropsOf<Kind extends Field> = Omit<AnyFieldProps, 'field'> & { readonly field: Kind }

function Group({ field, prefix, container, errors, actions }: PropsOf<GroupField>) {
  const path = [...prefix, ...field.path]
  return (
    <fieldset data-slot="generator-group" data-field={pointerOf(path)}>
      <legend data-slot="generator-label">{field.label}</legend>
      {actions}
      <Hint text={field.hint} />
      <GroupError error={errors.get(pointerOf(path))} />
      <FieldList fields={field.fields} prefix={prefix} container={container} errors={errors} />
    </fieldset>
  )
}

/** One of several groups. What was typed in each is kept while another is chosen. */
function Variants({ field, prefix, container, errors }: PropsOf<VariantsField>) {
  const { id, set } = useForm()
  const path = [...prefix, ...field.path]
  const value = valueAt(container, field.path)
  const kept = useRef(new Map<number, unknown>())
  const [chosen, setChosen] = useState(() => variantOf(field, value))
  const variant = field.variants[chosen]
  const name = `${id}${pointerOf(path)}`
  return (
    <fieldset data-slot="generator-group" data-field={pointerOf(path)}>
      <legend data-slot="generator-label">{field.label}</legend>
      <Hint text={field.hint} />
      <div role="radiogroup" aria-label={field.label} data-slot="generator-choice">
        {field.variants.map(({ label, group }, index) => (
          <label key={label} data-slot="generator-option">
            <input
              type="radio"
              name={name}
              checked={index === chosen}
              onChange={() => {
                kept.current.set(chosen, value)
                setChosen(index)
                set(path, kept.current.get(index) ?? group.fallback)
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
      <GroupError error={errors.get(pointerOf(path))} />
      {variant && (
        <FieldList key={chosen} fields={variant.group.fields} prefix={prefix} container={container} errors={errors} />
      )}
    </fieldset>
  )
}

/** The variant whose prescribed values the given ones have, or whose fields they fill. */
function variantOf({ variants }: VariantsField, value: unknown): number {
  if (!isObject(value)) return 0
  const marks = variants.map(({ group }) => {
    const names = new Set(group.fields.map(({ path }) => path.at(-1)!))
    const prescribed = isObject(group.fallback) ? Object.entries(group.fallback).filter(([key]) => !names.has(key)) : []
    return (
      prescribed.filter(([key, own]) => value[key] === own).length * 100 +
      Object.keys(value).filter((key) => names.has(key)).length
    )
  })
  return marks.indexOf(Math.max(...marks))
}

function List({ field, prefix, container, errors }: PropsOf<ListField>) {
  const { set, touch, messages } = useForm()
  const path = useMemo(() => [...prefix, ...field.path], [prefix, field])
  const given = valueAt(container, field.path)
  const items: readonly unknown[] = Array.isArray(given) ? given : []
  // A row keeps its controls when the rows are moved.
  const [keys, setKeys] = useState<readonly number[]>([])
  if (keys.length !== items.length) {
    const next = Math.max(0, ...keys) + 1
    setKeys(items.map((_, index) => keys[index] ?? next + index))
  }
  const box = useRef<HTMLFieldSetElement>(null)
  const change = (values: readonly unknown[], order: readonly number[]) => {
    setKeys(order)
    set(path, values)
    touch(pointerOf(path))
  }
  return (
    <fieldset ref={box} data-slot="generator-group" data-kind="list" data-field={pointerOf(path)}>
      <legend data-slot="generator-label">
        <span>{field.label}</span>
        {field.isRequired && <span data-slot="generator-required">{messages.required}</span>}
      </legend>
      <Hint text={field.hint} />
      <GroupError error={errors.get(pointerOf(path))} />
      {items.map((item, index) => (
        <Item
          key={keys[index]}
          {...{ field, path, index, item, errors }}
          count={items.length}
          onMove={(step) => change(swapped(items, index, step), swapped(keys, index, step))}
          onRemove={() => {
            change(without(items, index), without(keys, index))
            box.current?.querySelector<HTMLElement>(':scope > [data-slot="generator-add"]')?.focus()
          }}
        />
      ))}
      <button
        type="button"
        data-slot="generator-add"
        aria-disabled={items.length >= field.maxItems || undefined}
        onClick={() => {
          if (items.length >= field.maxItems) return
          const empty =
            field.item.fallback ?? (field.item.kind === 'group' ? {} : field.item.kind === 'switch' ? false : '')
          set(path, [...items, empty])
        }}
      >
        <PlusIcon aria-hidden="true" width={14} height={14} />
        <span>{messages.add}</span>
      </button>
    </fieldset>
  )
}

const without = <Item,>(list: readonly Item[], index: number) => list.filter((_, at) => at !== index)

function swapped<Item>(list: readonly Item[], index: number, step: 1 | -1): readonly Item[] {
  const [one, other] = [list[index], list[index + step]]
  if (one === undefined || other === undefined) return list
  return list.with(index, other).with(index + step, one)
}

interface ItemProps {
  readonly field: ListField
  readonly path: readonly string[]
  readonly index: number
  readonly item: unknown
  readonly count: number
  readonly errors: FieldErrors
  readonly onMove: (step: 1 | -1) => void
  readonly onRemove: () => void
}

function Item({ field, path, index, item, count, errors, onMove, onRemove }: ItemProps) {
  const { messages } = useForm()
  const prefix = useMemo(() => [...path, String(index)], [path, index])
  const name = messages.item(index + 1)
  // An item is named by its number; one with fields by its first text.
  const text = isObject(item)
    ? Object.values(item).find((value) => typeof value === 'string' && value !== '')
    : undefined
  const own = useMemo(
    () => ({
      ...field.item,
      label: typeof text === 'string' ? text.slice(0, 40) : name,
      hint: undefined,
      isRequired: false,
    }),
    [field.item, text, name],
  )
  return (
    <AnyField
      field={own}
      prefix={prefix}
      container={item}
      errors={errors}
      actions={
        <span data-slot="generator-item-tools">
          <Tool label={messages.moveUp(name)} icon={ArrowUpIcon} isOff={index === 0} onAct={() => onMove(-1)} />
          <Tool
            label={messages.moveDown(name)}
            icon={ArrowDownIcon}
            isOff={index === count - 1}
            onAct={() => onMove(1)}
          />
          <Tool label={messages.remove(name)} icon={XIcon} isOff={false} onAct={onRemove} />
        </span>
      }
    />
  )
}

const Hint = ({ text }: { text: string | undefined }) => (text ? <p data-slot="generator-hint">{text}</p> : null)
const GroupError = ({ error }: { error: string | undefined }) =>
  error === undefined ? null : <p data-slot="generator-field-error">{error}</p>

interface ToolProps {
  readonly label: string
  readonly icon: typeof XIcon
  readonly isOff: boolean
  readonly onAct: () => void
}

const Tool = ({ label, icon: Icon, isOff, onAct }: ToolProps) => (
  <button
    type="button"
    data-slot="generator-tool"
    aria-label={label}
    title={label}
    aria-disabled={isOff || undefined}
    onClick={() => {
      if (!isOff) onAct()
    }}
  >
    <Icon aria-hidden="true" width={14} height={14} />
  </button>
)
