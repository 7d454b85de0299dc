import { Anchor, Button, CloseButton, Code, Text } from '@mantine/core'
import { IconAlertTriangle, IconClockHour4 } from '@tabler/icons-react'
import type { FaultReport } from '#shared/faults.ts'
import { hrefOf } from '../state/route.ts'
import { clockTime } from './times.ts'

type Props = {
  fault: FaultReport | undefined | null
  /** The account that it happened to: it is named and can be opened. */
  account?: { id: string; label: string }
  onClose?: () => void
  onRetry?: () => void
}

/** What happened, in one sentence, and what to do about it. */
export function FaultAlert({ fault, account, onClose, onRetry }: Props) {
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
        {fault.code.startsWith('vault-') && (
          <Anchor href={hrefOf('settings')} size="sm" fw={600}>
            Open the settings of the vault
          </Anchor>
        )}
        {account && (
          <Anchor href={hrefOf('accounts', account.id)} size="sm" fw={600}>
            Open {account.label}
          </Anchor>
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
