import type { Icon } from '@tabler/icons-react'

export type ToneName = 'grey' | 'green' | 'blue' | 'amber' | 'red' | 'violet'

export type ToneMark = { tone: ToneName; icon: Icon; label: string; about?: string }

/** A state in an icon and a word; its colour only helps. */
export function Tone({ tone, icon: IconOf, label, about }: ToneMark) {
  return (
    <span className="pb-tone" data-pb-tone={tone} title={about}>
      <IconOf size={14} stroke={2} aria-hidden />
      <span className="pb-tone-word">{label}</span>
    </span>
  )
}
