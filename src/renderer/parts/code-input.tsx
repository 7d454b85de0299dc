import { Textarea } from '@mantine/core'
import { lazy, Suspense } from 'react'

type Props = { text: string; onChange: (text: string) => void; language: 'json' | 'text'; label: string }

/** The editor is large and not needed for the first picture: until it is there a plain field stands in. */
const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

/** A body to be written, as JSON or as plain text. */
export function CodeInput(props: Props) {
  return (
    <Suspense fallback={<Textarea aria-label={props.label} value={props.text} readOnly rows={4} />}>
      <CodeEditor {...props} />
    </Suspense>
  )
}
