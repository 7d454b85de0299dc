import { useEffect, useState, type RefObject } from 'react'

/**
 * Brings the keyboard, and the page, to the first field that is wrong. out: to be called when a save has failed, after the
 * problems were given to the form.
 */
export function useFirstWrong(form: RefObject<HTMLElement | null>): () => void {
  const [failures, setFailures] = useState(0)
  useEffect(() => {
    if (failures === 0) return
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]')
    first?.focus({ preventScroll: true })
    first?.scrollIntoView({ block: 'center' })
  }, [failures, form])
  return () => setFailures(count => count + 1)
}
