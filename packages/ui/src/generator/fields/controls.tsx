'use client'
import type { ReactNode } from 'react'
import { DicesIcon } from './icons.ts'
import { isEqual, pointerOf } from '../schema/json.ts'
import type { ChoiceField, NumberField, SwitchField, TextField } from '../schema/read-schema.ts'
import type { ControlProps } from './field-frame.tsx'
import { FileControl } from './file-control.tsx'
import { useForm } from './form-context.ts'
import { JsonControl } from './json-control.tsx'

/** Steps of a slider beyond which it cannot be set with a pointer. */
const mostSteps = 5_000
const largestSeed = 2 ** 32 - 1

/** The control of a field that has no fields within. */
export function Control({ field, ...props }: ControlProps): ReactNode {
  switch (field.kind) {
    case 'text':
      return <TextControl {...props} field={field} />
    case 'number':
      return <NumberControl {...props} field={field} />
    case 'choice':
      return <ChoiceControl {...props} field={field} />
    case 'switch':
      return <SwitchControl {...props} field={field} />
    case 'file':
      return <FileControl {...props} field={field} />
    default:
      return <JsonControl {...props} field={field} />
  }
}

const shown = (value: unknown) =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)

function TextControl({ field, path, value, id, describedBy, isInvalid }: ControlProps<TextField>) {
  const { set } = useForm()
  const props = {
    id,
    'data-slot': 'generator-input',
    value: shown(value),
    placeholder: shown(field.fallback) || undefined,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid || undefined,
    'aria-required': field.isRequired || undefined,
    onChange: ({ target }: { target: { value: string } }) => {
      // An empty item of a list stays one.
      const isNothing = target.value === '' && field.path.length > 0
      set(path, isNothing ? field.empty : target.value)
    },
  }
  if (field.isLong) return <textarea {...props} rows={3} dir="auto" />
  // A colour always has a value; the text beside it can be empty.
  if (field.input === 'color') {
    const colour = typeof value === 'string' && /^#[\da-f]{6}$/i.test(value) ? value : '#000000'
    return (
      <div data-slot="generator-row">
        <input
          type="color"
          data-slot="generator-colour"
          aria-label={field.label}
          value={colour}
          onChange={props.onChange}
        />
        <input {...props} />
      </div>
    )
  }
  return (
    <input {...props} type={field.input} dir="auto" autoComplete={field.input === 'password' ? 'off' : undefined} />
  )
}

function NumberControl({ field, path, value, id, describedBy, isInvalid }: ControlProps<NumberField>) {
  const { set, setProblem, messages } = useForm()
  const { minimum, maximum, step, isSeed } = field
  const change = ({ value: text, validity }: HTMLInputElement) => {
    const number = Number(text)
    // It would be sent as another number.
    const isInexact = Number.isInteger(number) && !Number.isSafeInteger(number) && field.isInteger
    setProblem(pointerOf(path), validity.badInput ? messages.notANumber : isInexact ? messages.notExact : null)
    set(path, text === '' ? field.empty : number)
  }
  const hasSlider =
    !isSeed &&
    minimum !== undefined &&
    maximum !== undefined &&
    maximum > minimum &&
    (maximum - minimum) / (step ?? 0.01) <= mostSteps
  const shownValue =
    typeof value === 'number' ? value : typeof field.fallback === 'number' ? field.fallback : (minimum ?? 0)
  return (
    <div data-slot="generator-row">
      {hasSlider && (
        <input
          type="range"
          data-slot="generator-slider"
          aria-label={field.label}
          min={minimum}
          max={maximum}
          step={step ?? (maximum - minimum) / 100}
          value={shownValue}
          onChange={(event) => change(event.target)}
        />
      )}
      <input
        id={id}
        type="number"
        inputMode={field.isInteger && (minimum ?? -1) >= 0 ? 'numeric' : 'decimal'}
        data-slot="generator-input"
        data-size={hasSlider ? 'small' : undefined}
        min={minimum}
        max={maximum}
        step={step ?? 'any'}
        value={typeof value === 'number' ? value : ''}
        placeholder={shown(field.fallback) || (isSeed ? messages.random : undefined)}
        aria-describedby={describedBy}
        aria-invalid={isInvalid || undefined}
        aria-required={field.isRequired || undefined}
        onChange={(event) => change(event.target)}
        // Scrolling the page changes no number.
        onWheel={(event) => event.currentTarget.blur()}
      />
      {isSeed && (
        <button
          type="button"
          data-slot="generator-tool"
          aria-label={messages.randomSeed}
          title={messages.randomSeed}
          onClick={() => {
            const from = minimum ?? 0
            const to = Math.min(maximum ?? largestSeed, Number.MAX_SAFE_INTEGER)
            set(path, from + Math.floor(Math.random() * (to - from + 1)))
          }}
        >
          <DicesIcon aria-hidden="true" width={16} height={16} />
        </button>
      )}
    </div>
  )
}

function ChoiceControl({ field, path, value, id, describedBy, isInvalid }: ControlProps<ChoiceField>) {
  const { set, messages } = useForm()
  const chosen = field.options.findIndex((option) => isEqual(option.value, value ?? field.fallback))
  if (!field.isShort) {
    return (
      <select
        id={id}
        data-slot="generator-input"
        value={chosen}
        aria-describedby={describedBy}
        aria-invalid={isInvalid || undefined}
        aria-required={field.isRequired || undefined}
        onChange={(event) => {
          const option = field.options[Number(event.target.value)]
          set(path, option ? option.value : field.empty)
        }}
      >
        {(chosen === -1 || (!field.isRequired && (field.fallback === undefined || field.empty === null))) && (
          <option value={-1}>{messages.choose}</option>
        )}
        {field.options.map(({ label }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- two values may have one label, and options keep their order
          <option key={index} value={index}>
            {label}
          </option>
        ))}
      </select>
    )
  }
  return (
    <div
      role="radiogroup"
      data-slot="generator-choice"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
      aria-invalid={isInvalid || undefined}
      aria-required={field.isRequired || undefined}
    >
      {field.options.map((option, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- as above
        <label key={index} data-slot="generator-option">
          <input
            type="radio"
            name={id}
            id={index === 0 ? id : undefined}
            checked={chosen === index}
            onChange={() => set(path, option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}

function SwitchControl({ field, path, value, id, describedBy, isInvalid }: ControlProps<SwitchField>) {
  const { set } = useForm()
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      data-slot="generator-switch"
      checked={(value ?? field.fallback) === true}
      aria-checked={(value ?? field.fallback) === true}
      aria-describedby={describedBy}
      aria-invalid={isInvalid || undefined}
      onChange={(event) => set(path, event.target.checked)}
    />
  )
}
