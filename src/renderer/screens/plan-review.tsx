import { Button, Checkbox, Group, Select, Skeleton, Stack } from '@mantine/core'
import { IconCircleCheck, IconListCheck, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { EmptyState } from '../parts/empty-state.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { counted } from '../parts/times.ts'
import { isPending } from '../state/lookups.ts'
import { resume } from '../state/run.ts'
import { useStores, useValue } from '../state/stores.ts'
import { PlanBody } from './plan-body.tsx'
import { RunProgress, useRunElsewhere } from './run-progress.tsx'
import { RunSummary } from './run-summary.tsx'

/** What would be sent, field by field, before anything is; then how the sending goes. */
export function PlanReview() {
  const stores = useStores()
  const state = useStore(stores.plan)
  const run = useStore(stores.run)
  const accounts = useValue('accounts') ?? []
  const profiles = useValue('profiles') ?? []
  const [isFresh, setFresh] = useState(false)
  const elsewhere = useRunElsewhere()
  const isRunning = run.busy || elsewhere !== undefined
  const isOutdated = profiles.some(profile => profile.updatedMs > state.madeMs)

  const make = () => {
    run.forget()
    void state.make(isFresh)
  }

  return (
    <Stack gap="md" maw={900}>
      <PageHead title="Plan" about="Nothing is sent to a provider that was not shown here first." />
      <Group gap="md">
        {accounts.length > 1 && (
          <Select
            aria-label="Account"
            placeholder="All accounts"
            data={accounts.map(account => ({ value: account.id, label: account.label }))}
            value={state.accountId ?? null}
            onChange={chosen => state.choose(chosen ?? undefined)}
            disabled={isRunning}
            clearable
            w={200}
          />
        )}
        <Button
          variant={state.plan ? 'default' : 'filled'}
          leftSection={<IconListCheck size={17} aria-hidden />}
          loading={state.busy}
          disabled={isRunning}
          onClick={make}
        >
          Review plan
        </Button>
        <Checkbox
          label="Check with the provider first"
          checked={isFresh}
          onChange={event => setFresh(event.currentTarget.checked)}
          disabled={isRunning}
        />
      </Group>
      <FaultAlert fault={state.fault} />
      {elsewhere || run.progress || run.busy || run.fault ? (
        <RunProgress elsewhere={elsewhere} />
      ) : state.plan ? (
        <>
          {isOutdated && (
            <Note
              tone="amber"
              icon={IconRefresh}
              title="Something was edited since this plan was made."
              aside={
                <Button size="compact-sm" variant="default" onClick={make}>
                  Make it again
                </Button>
              }
            />
          )}
          <PlanBody plan={state.plan} />
        </>
      ) : state.busy ? (
        <Skeleton height={160} radius="lg" />
      ) : (
        <>
          <LastRun />
          <Waiting count={profiles.filter(isPending).length} />
        </>
      )}
    </Stack>
  )
}

/** The last run, where it left something undone: it may have ended while nobody looked. */
function LastRun() {
  const last = useValue('runs')?.[0]
  const { plan } = useStores()
  if (!last || last.state === 'done' || last.state === 'running') return null
  return <RunSummary run={last} isPast onResume={() => void resume(last, plan)} />
}

function Waiting({ count }: { count: number }) {
  return count === 0 ? (
    <EmptyState icon={IconCircleCheck} title="Nothing to send">
      No profile was edited since the last time. With “Check with the provider first” a review also finds what somebody
      changed there.
    </EmptyState>
  ) : (
    <EmptyState icon={IconListCheck} title={counted(count, 'pending change')}>
      Review the plan to see, setting by setting, what would be sent. Nothing is sent by looking.
    </EmptyState>
  )
}
