import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ToneName } from './tone.tsx'

type Props = {
  tone: ToneName
  icon: Icon
  title?: ReactNode
  children?: ReactNode
  aside?: ReactNode
  isNews?: boolean
}

/** A remark that stays on the screen; `isNews`: it came up just now. */
export function Note({ tone, icon: IconOf, title, children, aside, isNews }: Props) {
  // An output is read aloud when it appears.
  const Frame = isNews ? 'output' : 'div'
  return (
    <Frame className="pb-note" data-pb-tone={tone}>
      <IconOf size={18} aria-hidden />
      <div>
        {title !== undefined && <div className="pb-note-title pb-break">{title}</div>}
        {children}
      </div>
      {aside ?? <span />}
    </Frame>
  )
}
