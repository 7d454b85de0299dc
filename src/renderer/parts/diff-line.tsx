import { VisuallyHidden } from '@mantine/core'

type Props = { sign: string; word: string; tone: 'red' | 'green'; text: string }

/** One side of a difference: the sign and the word carry the meaning, the ground helps. */
export function DiffLine({ sign, word, tone, text }: Props) {
  return (
    <div className="pb-diff-line" data-pb-tone={tone}>
      <span aria-hidden>{sign}</span>
      <span>
        <VisuallyHidden>{word}: </VisuallyHidden>
        {text}
      </span>
    </div>
  )
}
