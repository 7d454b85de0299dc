import { Group, Text, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconHelpCircle,
  IconHourglass,
  IconPlayerSkipForward,
  IconSend
} from '@tabler/icons-react'
import type { Operation, OperationState } from '#shared/model/plan.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { clockTime, counted, secondsLeft } from '../parts/times.ts'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { useNow } from '../parts/use-now.ts'
import { actionMarks } from './plan-change.tsx'

const marks: Record<OperationState, ToneMark> = {
  prepared: { tone: 'grey', icon: IconCircleDashed, label: 'Next' },
  inflight: { tone: 'blue', icon: IconSend, label: 'Sending' },
  done: { tone: 'green', icon: IconCheck, label: 'Done' },
  failed: { tone: 'red', icon: IconAlertTriangle, label: 'Failed' },
  waiting: { tone: 'amber', icon: IconHourglass, label: 'Waiting' },
  unknown: { tone: 'amber', icon: IconHelpCircle, label: 'Unknown' },
  skipped: { tone: 'grey', icon: IconPlayerSkipForward, label: 'Skipped' }
}

type Props = { operation: Operation; wait?: { untilMs: number; reason: string } }

/** One request of a run: what it does and how far it is. */
export function OperationCard({ operation, wait }: Props) {
  const { change, state, note, fault, attempts } = operation
  // What was skipped for a common reason has that reason above the list.
  const isFailed = state === 'failed' || state === 'unknown' || (state === 'waiting' && !wait)
  const verb = actionMarks[change.action].label
  return (
    <li className="pb-card" style={{ padding: '10px 16px' }} aria-label={`${verb} ${change.title}`}>
      <Group gap="sm" wrap="nowrap">
        <Title order={3} className="pb-break" style={{ flex: 1, minWidth: 0 }}>
          {verb} {change.title}
        </Title>
        {attempts > 0 && (
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {counted(attempts, 'request')}
          </Text>
        )}
        {wait && <Countdown untilMs={wait.untilMs} />}
        <Tone {...marks[state]} />
      </Group>
      {wait && (
        <Text size="sm" c="dimmed" mt={4}>
          Waiting until {clockTime(wait.untilMs)}: {wait.reason}
        </Text>
      )}
      {note !== null && (
        <Text size="sm" c="dimmed" mt={4}>
          {note}
        </Text>
      )}
      {isFailed && fault && (
        <div style={{ marginTop: 8 }}>
          <FaultAlert fault={fault} />
        </div>
      )}
    </li>
  )
}

function Countdown({ untilMs }: { untilMs: number }) {
  const left = secondsLeft(untilMs, useNow(250))
  return (
    <Text size="sm" c="dimmed" role="timer" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {left === 0 ? 'Goes on now' : `Goes on in ${left} s`}
    </Text>
  )
}
