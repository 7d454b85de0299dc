import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconPlayerStop } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Run } from '#shared/model/plan.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { counted } from '../parts/times.ts'
import { useStores } from '../state/stores.ts'
import { OperationCard } from './operation-card.tsx'

/** How the sending goes, operation by operation, and what came of it. */
export function RunProgress() {
  const { run: runStore, plan: planStore } = useStores()
  const { progress, busy, isCancelling, fault, cancel, forget } = useStore(runStore)
  const total = progress?.total ?? 0
  const finished = progress?.finished ?? 0
  const run = progress?.run
  const close = () => {
    forget()
    planStore.getState().forget()
  }
  return (
    <Stack gap="md">
      <FaultAlert fault={fault} />
      {run && <RunSummary run={run} />}
      {busy && (
        <div className="pb-card" style={{ padding: 16 }}>
          <Group justify="space-between" mb="sm">
            <Text component="output" fw={650}>
              {isCancelling ? 'Stopping…' : `Applying: ${finished} of ${total}`}
            </Text>
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              disabled={isCancelling || progress === undefined}
              onClick={() => void cancel()}
            >
              Cancel
            </Button>
          </Group>
          <Progress value={total === 0 ? 0 : (100 * finished) / total} aria-label="Progress" />
        </div>
      )}
      <Stack gap="sm" component="ul" className="pb-cards" m={0} p={0} style={{ listStyle: 'none' }}>
        {progress?.operations.map(operation => (
          <OperationCard key={operation.id} operation={operation} wait={progress.waits[operation.id]} />
        ))}
      </Stack>
      {!busy && (
        <Group>
          <Button variant="default" onClick={run ? close : forget}>
            {run ? 'Close' : 'Back to the plan'}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function RunSummary({ run }: { run: Run }) {
  const of = (state: string) => run.operations.filter(operation => operation.state === state).length
  const parts = [
    `${of('done')} done`,
    of('skipped') > 0 && `${of('skipped')} skipped`,
    of('failed') > 0 && `${of('failed')} failed`,
    of('unknown') > 0 && `${of('unknown')} unknown`,
    `${counted(run.writes, 'request')} sent`
  ].filter(Boolean)
  const text = `${parts.join(', ')}.`
  if (run.state === 'done') {
    return (
      <Note isNews tone="green" icon={IconCircleCheck} title="Applied">
        <Text size="sm">{text}</Text>
      </Note>
    )
  }
  const isStopped = run.state === 'cancelled' || run.state === 'interrupted'
  return (
    <Note
      isNews
      tone={isStopped ? 'amber' : 'red'}
      icon={isStopped ? IconCircleX : IconAlertTriangle}
      title={isStopped ? 'Stopped before the end' : 'Not everything could be applied'}
    >
      <Text size="sm">{text} What is left stays in the next plan.</Text>
    </Note>
  )
}
