import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconArrowsDiff, IconCircleCheck, IconPlayerPause, IconSend } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Plan } from '#shared/model/plan.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Note } from '../parts/note.tsx'
import { counted } from '../parts/times.ts'
import { hrefOf } from '../state/route.ts'
import { openGuards } from '../state/plan.ts'
import { useStores, useValue } from '../state/stores.ts'
import { PlanChange } from './plan-change.tsx'
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
        <Note
          key={`${conflict.profileId} ${conflict.setting}`}
          tone="red"
          icon={IconArrowsDiff}
          title={`Conflict: ${conflict.title}${conflict.setting === null ? '' : `, ${conflict.label}`}`}
          aside={<OpenProfile id={conflict.profileId} verb="Decide" />}
        >
          {conflict.setting === null ? conflict.label : 'Both sides changed it'}. Nothing is sent for this profile until
          that is decided.
        </Note>
      ))}
      {held.map(entry => (
        <Note
          key={entry.profileId}
          tone="amber"
          icon={IconPlayerPause}
          title={`Held back: ${entry.title}`}
          aside={<OpenProfile id={entry.profileId} verb="Look" />}
        >
          {entry.message}
        </Note>
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
  const { accountId, confirmed } = useStore(planStore)
  const open = openGuards(plan, confirmed).length
  const isBarred = plan.guards.some(guard => guard.confirm === null)
  const apply = async () => {
    await runStore.getState().apply({ accountId, hash: plan.hash, confirm: confirmed })
    if (runStore.getState().progress?.run) planStore.getState().forget()
  }
  return (
    <div className="pb-apply">
      <Button
        size="md"
        leftSection={<IconSend size={18} aria-hidden />}
        disabled={open > 0}
        onClick={() => void apply()}
      >
        Apply
      </Button>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {counted(plan.changes.length, 'change')}
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

function OpenProfile({ id, verb }: { id: string; verb: string }) {
  return (
    <Anchor href={hrefOf('profiles', id)} size="sm" fw={600}>
      {verb}
    </Anchor>
  )
}
