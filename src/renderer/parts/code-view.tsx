import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { json } from '@codemirror/lang-json'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'

type Props = { text: string; language: 'json' | 'text'; label: string }

/** Text to read, search and copy: lines numbered, long ones wrapped. */
export function CodeView({ text, language, label }: Props) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!place.current) return
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
          ...(language === 'json' ? [json(), syntaxHighlighting(highlighting)] : [])
        ]
      })
    })
    return () => view.destroy()
  }, [text, language, label])
  return <div className="pb-code" ref={place} />
}

/** The usual colours, mixed with the text's own so that they can be read in the light and the dark scheme. */
export const highlighting = HighlightStyle.define(
  defaultHighlightStyle.specs.map(spec => ({
    ...spec,
    ...(typeof spec.color === 'string' && {
      color: `color-mix(in srgb, ${spec.color} var(--pb-code-strength), var(--pb-text))`
    })
  }))
)
