import { Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import type { FaultReport } from '#shared/faults.ts'
import type { OperationState, Run } from '#shared/model/plan.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { counted } from '../parts/times.ts'
import { isPending } from '../state/lookups.ts'
import { leftOf } from '../state/run.ts'
import { useValue } from '../state/stores.ts'

type Props = {
  run: Run
  /** It is looked at later. */
  isPast?: boolean
  onResume: () => void
}

/** What came of a run, and where something is left, the way to go on with that. */
export function RunSummary({ run, isPast = false, onResume }: Props) {
  const left = leftOf(run)
  const canResume = useValue('profiles')?.some(profile => left.includes(profile.id) && isPending(profile)) ?? false
  const { tone, icon, title } = look(run)
  const when = run.finishedMs !== null && isPast && (
    <>
      {' '}
      <TimeAgo atMs={run.finishedMs} />
    </>
  )
  return (
    <>
      <Note
        isNews={!isPast}
        tone={tone}
        icon={icon}
        aside={
          canResume && (
            <Button size="compact-sm" variant="default" onClick={onResume}>
              Go on with the rest
            </Button>
          )
        }
        title={
          <>
            {isPast ? `Last run: ${title.toLowerCase()}` : title}
            {when}
          </>
        }
      >
        <Text size="sm">
          {countsOf(run)} {run.state !== 'done' && 'What is left stays in the next plan.'}
        </Text>
      </Note>
      <Stops run={run} />
    </>
  )
}

/** Why the rest was not sent: said once, not for each of them. */
function Stops({ run }: { run: Run }) {
  const accounts = useValue('accounts') ?? []
  return stopsOf(run).map(({ accountId, fault }) => (
    <FaultAlert
      key={`${accountId} ${fault.message}`}
      fault={fault}
      account={accounts.find(account => account.id === accountId)}
    />
  ))
}

/** The faults of what was skipped, each once, without those that a failed operation shows itself. */
export function stopsOf({ operations }: Run): { accountId: string; fault: FaultReport }[] {
  const shown = new Set(operations.flatMap(({ state, fault }) => (state === 'skipped' ? [] : (fault?.message ?? []))))
  const stops = new Map<string, { accountId: string; fault: FaultReport }>()
  for (const { state, fault, accountId } of operations) {
    if (state !== 'skipped' || fault === null || fault.code === 'cancelled' || shown.has(fault.message)) continue
    stops.set(`${accountId} ${fault.message}`, { accountId, fault })
  }
  return [...stops.values()]
}

function countsOf(run: Run): string {
  const of = (state: OperationState) => run.operations.filter(operation => operation.state === state).length
  const parts = [
    `${of('done')} done`,
    of('waiting') > 0 && `${of('waiting')} waiting`,
    of('skipped') > 0 && `${of('skipped')} skipped`,
    of('failed') > 0 && `${of('failed')} failed`,
    of('unknown') > 0 && `${of('unknown')} unknown`,
    `${counted(run.writes, 'request')} sent`
  ]
  return `${parts.filter(Boolean).join(', ')}.`
}

function look({ state }: Run) {
  if (state === 'done') return { tone: 'green', icon: IconCircleCheck, title: 'Applied' } as const
  if (state === 'cancelled') return { tone: 'amber', icon: IconCircleX, title: 'Stopped before the end' } as const
  if (state === 'interrupted') return { tone: 'amber', icon: IconCircleX, title: 'Interrupted before the end' } as const
  return { tone: 'red', icon: IconAlertTriangle, title: 'Not everything could be applied' } as const
}
