import { json } from '@codemirror/lang-json'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { syntaxHighlighting } from '@codemirror/language'
import { useEffect, useRef } from 'react'
import { highlighting } from './code-view.tsx'

type Props = { text: string; onChange: (text: string) => void; language: 'json' | 'text'; label: string }

/** Text to be written: lines numbered, long ones wrapped. `text` is what it begins with; after that it keeps its own. */
export function CodeEditor({ text, onChange, language, label }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef({ text, onChange })
  useEffect(() => {
    latest.current = { text, onChange }
  })
  useEffect(() => {
    if (!place.current) return
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          lineNumbers(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of(update => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
          }),
          ...(language === 'json' ? [json(), syntaxHighlighting(highlighting)] : [])
        ]
      })
    })
    return () => view.destroy()
  }, [language, label])
  return <div className="pb-editor" ref={place} />
}
