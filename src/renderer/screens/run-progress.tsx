import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Run } from '#shared/model/plan.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { noProgress, progressOf, requestsOf, resume } from '../state/run.ts'
import { useStores, useValue } from '../state/stores.ts'
import { OperationCard } from './operation-card.tsx'
import { PlanDifferences } from './plan-differences.tsx'
import { RunSummary } from './run-summary.tsx'

/** A run that this page did not start, or that it lost sight of. */
export function useRunElsewhere(): Run | undefined {
  const isOwn = useStore(useStores().run, ({ busy }) => busy)
  const runs = useValue('runs')
  return isOwn ? undefined : runs?.find(({ state }) => state === 'running')
}

/** How the sending goes, operation by operation, and what came of it. */
export function RunProgress({ elsewhere }: { elsewhere: Run | undefined }) {
  const { run: runStore, plan: planStore } = useStores()
  const { busy, isCancelling, fault, cancel, forget, ...own } = useStore(runStore)
  const progress = elsewhere ? progressOf(elsewhere) : (own.progress ?? noProgress)
  const { total, finished, runId, run } = progress
  const isUnderWay = busy || elsewhere !== undefined
  const close = () => {
    forget()
    planStore.getState().forget()
  }
  const goOn = (ended: Run) => {
    forget()
    void resume(ended, planStore)
  }
  const review = () => {
    forget()
    void planStore.getState().make(false)
  }
  return (
    <Stack gap="md">
      <FaultAlert fault={fault} />
      <PlanDifferences differences={fault?.difference ?? []} />
      {run && <RunSummary run={run} onResume={() => goOn(run)} />}
      {isUnderWay && (
        <div className="pb-card" style={{ padding: 16 }}>
          <Group justify="space-between" mb="sm">
            <Text component="output" fw={650}>
              {isCancelling ? 'Stopping…' : `Applying: ${finished} of ${total}`}
              <Text span size="sm" c="dimmed" fw={450}>
                {' '}
                {counted(requestsOf(progress.operations), 'request')} sent
                {elsewhere && ', by another window or command'}
              </Text>
            </Text>
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              disabled={isCancelling || runId === undefined}
              onClick={() => runId !== undefined && void cancel(runId)}
            >
              Cancel
            </Button>
          </Group>
          <Progress value={total === 0 ? 0 : (100 * finished) / total} aria-label="Progress" />
        </div>
      )}
      <Stack gap="sm" component="ul" className="pb-cards" m={0} p={0} style={{ listStyle: 'none' }}>
        {progress.operations.map(operation => (
          <OperationCard key={operation.id} operation={operation} wait={progress.waits[operation.id]} />
        ))}
      </Stack>
      {!isUnderWay && (
        <Group>
          {run ? (
            <Button variant="default" onClick={close}>
              Close
            </Button>
          ) : (
            <Button onClick={review}>Review the plan again</Button>
          )}
        </Group>
      )}
    </Stack>
  )
}
