import { Button, CloseButton, Code, Text } from '@mantine/core'
import { IconAlertTriangle, IconClockHour4 } from '@tabler/icons-react'
import type { FaultReport } from '#shared/faults.ts'
import { clockTime } from './times.ts'

type Props = { fault: FaultReport | undefined | null; onClose?: () => void; onRetry?: () => void }

/** What happened, in one sentence, and what to do about it. */
export function FaultAlert({ fault, onClose, onRetry }: Props) {
  if (!fault) return null
  const isPassing = fault.retry === 'later'
  const IconOf = isPassing ? IconClockHour4 : IconAlertTriangle
  return (
    <div role="alert" className="pb-note" data-pb-tone={isPassing ? 'amber' : 'red'}>
      <IconOf size={18} aria-hidden />
      <div>
        <div className="pb-note-title pb-break">{sentence(fault.message)}</div>
        <div className="pb-break">{fault.advice}</div>
        {fault.retryAtMs !== undefined && <div>It can be tried again at {clockTime(fault.retryAtMs)}.</div>}
        {fault.excerpt !== undefined && (
          <Code block mt={6} mah={120} style={{ overflow: 'auto' }}>
            {fault.excerpt}
          </Code>
        )}
        {fault.incident !== undefined && (
          <Text size="xs" c="dimmed" mt={4}>
            Incident {fault.incident}
          </Text>
        )}
        {onRetry && (
          <Button size="compact-sm" variant="default" mt={8} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
      {onClose ? <CloseButton size="sm" aria-label="Dismiss" onClick={onClose} /> : <span />}
    </div>
  )
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
