import { Anchor, Text } from '@mantine/core'
import { IconDatabase, IconEye, IconMessageReply, IconPhoneIncoming, type Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { sizeText } from '../parts/times.ts'
import type { ToneName } from '../parts/tone.tsx'
import { attemptGroups } from '../state/attempts.ts'
import { useRoute } from '../state/route.ts'
import { useValue } from '../state/stores.ts'
import { AttemptGroupCard } from './attempt-card.tsx'
import type { Attempts } from './attempt-reading.ts'
import { callbackHref } from './callback-route.ts'
import { rowTime } from './callback-title.ts'

const origins: Record<CallbackDetail['origin'], string> = {
  network: 'It came over the network',
  simulate: 'A sample that was sent from here',
  replay: 'Sent again from here',
  import: 'Read from a file'
}

type Props = { detail: CallbackDetail; attempts: Attempts }

/** What became of a callback, in the order in which it happened. */
export function CallbackTimeline({ detail, attempts }: Props) {
  const { query } = useRoute()
  const endpoint = useValue('endpoints')?.find(known => known.id === detail.endpointId)
  const groups = attemptGroups(attempts.attempts)
  return (
    <>
      <ol className="pb-timeline">
        <Step icon={IconPhoneIncoming} title="Received" atMs={detail.receivedMs}>
          {origins[detail.origin]}, at {endpoint ? `the endpoint ${endpoint.label}` : 'no endpoint that is there now'}.
          {detail.replayOf !== null && (
            <>
              {' '}
              It is <Anchor href={callbackHref(detail.replayOf, query)}>number {detail.replayOf}</Anchor>, sent again.
            </>
          )}
        </Step>
        <Step icon={IconDatabase} title="Stored">
          {sizeText(detail.bodyBytes)}, byte for byte
          {detail.truncated && ', but cut off at the limit'}. Only then it was answered.
        </Step>
        <Step
          icon={IconMessageReply}
          title={detail.answerStatus === 0 ? 'Not answered' : `Answered with ${detail.answerStatus}`}
        >
          <AnsweredBy ruleId={detail.ruleId} />
        </Step>
        <Step icon={IconEye} title="Looked at" tone={detail.verdict === 'invalid' ? 'red' : undefined}>
          {detail.verdictText ?? 'The signature is being checked.'}
          {detail.decoded ? ` It was read as ${detail.decoded.title}.` : ''}
        </Step>
        {groups.map(group => (
          <AttemptGroupCard key={group.key} group={group} onChanged={attempts.reload} />
        ))}
      </ol>
      {groups.length === 0 && (
        <Text size="sm" c="dimmed">
          It was not sent on anywhere, and not sent again.
        </Text>
      )}
      <FaultAlert fault={attempts.fault} />
    </>
  )
}

function AnsweredBy({ ruleId }: { ruleId: string | null }) {
  const rule = useValue('rules')?.find(known => known.id === ruleId)
  if (ruleId === null) return 'No rule matched: it is what the provider expects.'
  return rule ? `By the rule “${rule.label}”.` : 'By a rule that was removed since.'
}

type StepProps = { icon: Icon; title: string; atMs?: number; tone?: ToneName | undefined; children: ReactNode }

function Step({ icon: IconOf, title, atMs, tone, children }: StepProps) {
  return (
    <li data-pb-tone={tone}>
      <IconOf size={18} stroke={1.7} aria-hidden />
      <div className="pb-timeline-head">
        {title}
        {atMs !== undefined && <time dateTime={new Date(atMs).toISOString()}>{rowTime(atMs)}</time>}
      </div>
      <div className="pb-break">{children}</div>
    </li>
  )
}
