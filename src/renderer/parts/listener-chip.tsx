import { IconAlertTriangle, IconBroadcast, IconBroadcastOff } from '@tabler/icons-react'
import type { ListenerStatus } from '#shared/model/callback.ts'

const words: Record<ListenerStatus['state'], string> = {
  listening: 'Listening',
  stopped: 'Listener stopped',
  elsewhere: 'Listening in another window',
  failed: 'Listener failed'
}

/** Whether callbacks are caught, and at which port. */
export function ListenerChip({ status }: { status: ListenerStatus }) {
  const { state, port, fault } = status
  const IconOf = state === 'listening' ? IconBroadcast : state === 'failed' ? IconAlertTriangle : IconBroadcastOff
  const tone = state === 'listening' ? 'green' : state === 'failed' ? 'red' : 'grey'
  const text = state === 'listening' && port !== null ? `${words[state]} on ${port}` : words[state]
  return (
    <a
      className="pb-chip"
      href="#/callbacks"
      aria-label={text}
      title={fault ? `${fault.message} ${fault.advice}` : undefined}
    >
      <IconOf size={16} aria-hidden data-pb-tone={tone} style={{ color: 'var(--tone-fg)' }} />
      <span>{text}</span>
    </a>
  )
}
