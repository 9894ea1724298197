import { useId, useRef, useState, type SubmitEvent } from 'react'

interface RunFormProps {
  prompt: string
  onPromptChange: (prompt: string) => void
  app: string
  onAppChange: (app: string) => void
  /** A run is active: Start is disabled until its end. */
  active: boolean
  onStart: () => void
}

/** A form with two fields. Their values are kept, however a run ends. */
export function RunForm({ prompt, onPromptChange, app, onAppChange, active, onStart }: RunFormProps) {
  const id = useId()
  const promptField = useRef<HTMLTextAreaElement>(null)
  const [missing, setMissing] = useState(false)

  function submit(event: SubmitEvent) {
    event.preventDefault()
    if (active) return
    const empty = prompt.trim() === ''
    setMissing(empty)
    if (empty) promptField.current?.focus()
    else onStart()
  }

  return (
    <form onSubmit={submit}>
      <label htmlFor={`${id}-prompt`}>Prompt</label>
      <textarea
        id={`${id}-prompt`}
        ref={promptField}
        rows={3}
        value={prompt}
        aria-invalid={missing}
        aria-describedby={missing ? `${id}-missing` : undefined}
        onChange={(event) => {
          onPromptChange(event.target.value)
          setMissing(false)
        }}
      />
      <p className="field-error" id={`${id}-missing`}>
        {missing && 'Say what to render first.'}
      </p>
      <label htmlFor={`${id}-app`}>App</label>
      <input id={`${id}-app`} value={app} spellCheck={false} onChange={(event) => onAppChange(event.target.value)} />
      <button type="submit" aria-disabled={active}>
        Start
      </button>
    </form>
  )
}
