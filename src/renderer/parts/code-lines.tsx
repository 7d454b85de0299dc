import { lazy, Suspense } from 'react'

type Props = { text: string; language: 'json' | 'text'; label: string }

/** The viewer is large and not needed for the first picture: until it is there the text stands plain. */
const CodeView = lazy(async () => ({ default: (await import('./code-view.tsx')).CodeView }))

/** Text to read and copy, with numbered lines. */
export function CodeLines({ text, language, label }: Props) {
  return (
    <Suspense
      fallback={
        <div className="pb-code">
          <pre className="pb-hex pb-break">{text}</pre>
        </div>
      }
    >
      <CodeView text={text} language={language} label={label} />
    </Suspense>
  )
}
