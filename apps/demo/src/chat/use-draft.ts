import { useEffect, useState, type Dispatch, type SetStateAction } from 'react'

/** A text that survives a reload. Where storage is switched off, it does not. */
export function useDraft(key: string): [string, Dispatch<SetStateAction<string>>] {
  const [draft, setDraft] = useState(() => {
    try {
      return localStorage.getItem(key) ?? ''
    } catch {
      return ''
    }
  })
  useEffect(() => {
    try {
      localStorage.setItem(key, draft)
    } catch {
      // Kept in this page alone.
    }
  }, [key, draft])
  return [draft, setDraft]
}
