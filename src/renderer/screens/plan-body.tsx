import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconSend } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Plan } from '#shared/model/plan.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { counted } from '../parts/times.ts'
import { openGuards, takenChanges } from '../state/plan.ts'
import { useStores, useValue } from '../state/stores.ts'
import { PlanChange } from './plan-change.tsx'
import { ConflictNote, HeldNote } from './plan-held.tsx'
import { BrakeGuard } from './plan-guards.tsx'

/** A plan under review: what stands in its way first, then each change, then the one button. */
export function PlanBody({ plan }: { plan: Plan }) {
  const { changes, conflicts, held, guards } = plan
  if (changes.length + conflicts.length + held.length === 0) {
    return (
      <EmptyState icon={IconCircleCheck} title="Nothing to send">
        What is here and what the provider has are the same.
      </EmptyState>
    )
  }
  return (
    <Stack gap="md">
      {conflicts.map(conflict => (
        <ConflictNote key={`${conflict.profileId} ${conflict.setting}`} conflict={conflict} />
      ))}
      {held.map(entry => (
        <HeldNote key={entry.profileId} held={entry} />
      ))}
      {guards
        .filter(guard => guard.code === 'brake')
        .map(guard => (
          <BrakeGuard key={guard.accountId} guard={guard} />
        ))}
      {changes.length > 0 && <Changes plan={plan} />}
      {changes.length > 0 && <ApplyBar plan={plan} />}
    </Stack>
  )
}

function Changes({ plan }: { plan: Plan }) {
  const accounts = useValue('accounts') ?? []
  const byAccount = [...Map.groupBy(plan.changes, change => change.accountId)]
  return byAccount.map(([accountId, changes]) => (
    <section key={accountId} aria-label={accounts.find(known => known.id === accountId)?.label}>
      {accounts.length > 1 && (
        <Title order={2} mb="xs">
          {accounts.find(known => known.id === accountId)?.label}
        </Title>
      )}
      <Stack gap="sm" component="ul" className="pb-cards" m={0} p={0} style={{ listStyle: 'none' }}>
        {changes.map(change => (
          <PlanChange
            key={change.profileId}
            change={change}
            guards={plan.guards.filter(guard => guard.profileId === change.profileId)}
          />
        ))}
      </Stack>
    </section>
  ))
}

function ApplyBar({ plan }: { plan: Plan }) {
  const { run: runStore, plan: planStore } = useStores()
  const { accountId, confirmed, leftOut, busy } = useStore(planStore)
  const open = openGuards(plan, confirmed, leftOut).length
  const taken = takenChanges(plan, leftOut)
  const isPart = taken.length < plan.changes.length
  const isBarred = plan.guards.some(guard => guard.confirm === null)
  const apply = async () => {
    await runStore.getState().apply({
      accountId,
      hash: plan.hash,
      confirm: confirmed,
      ...(isPart && { only: taken.map(({ profileId }) => profileId) })
    })
    if (runStore.getState().progress?.run) planStore.getState().forget()
  }
  return (
    <div className="pb-apply">
      <Button
        size="md"
        leftSection={<IconSend size={18} aria-hidden />}
        disabled={busy || open > 0 || taken.length === 0}
        onClick={() => void apply()}
      >
        Apply
      </Button>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {isPart
            ? `${taken.length} of ${counted(plan.changes.length, 'change')}`
            : counted(plan.changes.length, 'change')}
          {open > 0 && `, ${counted(open, 'confirmation')} missing`}
        </Text>
        <Text size="xs" c="dimmed">
          {isBarred ? 'What the provider cannot do is left out.' : 'Creates go first, deletes last.'}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap" title={plan.hash}>
        <Text size="xs" c="dimmed">
          Plan
        </Text>
        <span className="pb-mono">{plan.hash.slice(0, 10)}</span>
      </Group>
    </div>
  )
}
