import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ToneName } from './tone.tsx'

type Props = { tone: ToneName; icon: Icon; title?: ReactNode; children?: ReactNode; aside?: ReactNode; role?: 'status' }

/** A remark that stays on the screen. */
export function Note({ tone, icon: IconOf, title, children, aside, role }: Props) {
  return (
    <div className="pb-note" data-pb-tone={tone} role={role}>
      <IconOf size={18} aria-hidden />
      <div>
        {title !== undefined && <div className="pb-note-title pb-break">{title}</div>}
        {children}
      </div>
      {aside ?? <span />}
    </div>
  )
}
