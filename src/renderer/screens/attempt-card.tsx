import { Button, Collapse, Group, Stack, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconClockHour4,
  IconHandStop,
  IconHelpCircle,
  IconRoute
} from '@tabler/icons-react'
import { useState } from 'react'
import type { Attempt } from '#shared/model/attempt.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { clockTime } from '../parts/times.ts'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { useAction } from '../state/action.ts'
import { canRetry, isHeldBack, type AttemptGroup } from '../state/attempts.ts'
import { useClient, useValue } from '../state/stores.ts'
import { bytesOf, textOf } from './body-text.ts'
import { BodyViews } from './callback-body.tsx'
import { PairList } from './callback-request.tsx'
import { rowTime } from './callback-title.ts'

const marks: Record<Attempt['state'], ToneMark> = {
  waiting: { tone: 'amber', icon: IconClockHour4, label: 'Waiting' },
  sending: { tone: 'blue', icon: IconClockHour4, label: 'Under way' },
  done: { tone: 'green', icon: IconCheck, label: 'Delivered' },
  failed: { tone: 'red', icon: IconAlertTriangle, label: 'Failed' },
  unknown: { tone: 'amber', icon: IconHelpCircle, label: 'Not known' }
}

const heldBack: ToneMark = { tone: 'amber', icon: IconHandStop, label: 'Held back' }

export function AttemptBadge({ attempt }: { attempt: Attempt }) {
  return <Tone {...(isHeldBack(attempt) ? heldBack : marks[attempt.state])} />
}

/** All tries at one target, or one replay. */
export function AttemptGroupCard({ group, onChanged }: { group: AttemptGroup; onChanged: () => void }) {
  const client = useClient()
  const [first] = group.attempts
  const last = group.attempts.at(-1)
  const target = useValue('targets')?.find(known => known.id === first?.targetId)
  const retrying = useAction()
  const retry = async () => {
    if (last && (await retrying.perform(() => client.attempts.retry({ id: last.id })))) onChanged()
  }
  if (!first) return null
  const isReplay = first.kind === 'replay'
  const isHeld = last !== undefined && isHeldBack(last)
  const name = target?.label ?? 'a target that was removed since'
  const IconOf = isReplay ? IconArrowBackUp : IconRoute
  return (
    <li>
      <IconOf size={18} stroke={1.7} aria-hidden />
      <div className="pb-timeline-head">
        {isReplay ? 'Sent again' : `${isHeld ? 'Not sent on to' : 'Sent on to'} ${name}`}
      </div>
      <div className="pb-mono pb-break">
        {first.method} {first.url}
      </div>
      <Stack gap={6} mt={4}>
        {group.attempts.map(attempt => (
          <AttemptLine key={attempt.id} attempt={attempt} />
        ))}
        {canRetry(group) && (
          <div>
            <Button size="compact-xs" variant="default" loading={retrying.busy} onClick={() => void retry()}>
              {isHeld ? 'Send it on all the same' : 'Try again now'}
            </Button>
          </div>
        )}
        <FaultAlert fault={retrying.fault} />
      </Stack>
    </li>
  )
}

function AttemptLine({ attempt }: { attempt: Attempt }) {
  const [isOpen, setOpen] = useState(false)
  const { status, startedMs, finishedMs, state, dueMs, fault } = attempt
  const hasAnswer = status !== null
  return (
    <div>
      <Group gap="xs">
        <AttemptBadge attempt={attempt} />
        {hasAnswer && <span className="pb-mono">{status}</span>}
        <Text size="xs" c="dimmed" component="span">
          {startedMs !== null && rowTime(startedMs)}
          {startedMs !== null && finishedMs !== null && `, ${finishedMs - startedMs} ms`}
          {state === 'waiting' && ` next try at ${clockTime(dueMs)}`}
        </Text>
        {hasAnswer && (
          <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide the answer' : 'Show the answer'}
          </Button>
        )}
      </Group>
      {fault && (
        <Text size="xs" className="pb-break">
          {fault.message}
        </Text>
      )}
      {state === 'unknown' && (
        <Text size="xs">Plugboard ended while it was under way: it may have arrived, or not.</Text>
      )}
      <Collapse expanded={isOpen}>{isOpen && <AttemptAnswer attempt={attempt} />}</Collapse>
    </div>
  )
}

/** What came back of an attempt. */
export function AttemptAnswer({ attempt }: { attempt: Attempt }) {
  const { responseHeaders, responseBodyBase64, responseTruncated, status, id } = attempt
  const bytes = bytesOf(responseBodyBase64)
  const contentType = responseHeaders.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return (
    <Stack gap="xs" mt={6}>
      <Text size="sm">
        Answered with <span className="pb-mono">{status}</span>
        {responseTruncated && '; the body was long and is cut off'}.
      </Text>
      <PairList pairs={responseHeaders} />
      {bytes.length > 0 ? (
        <BodyViews bytes={bytes} text={textOf(bytes)} contentType={contentType} fileName={`answer-${id}`} />
      ) : (
        <Text size="sm" c="dimmed">
          The body of the answer is empty.
        </Text>
      )}
    </Stack>
  )
}
