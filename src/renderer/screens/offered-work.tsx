import { Button, CloseButton, Group, Stack } from '@mantine/core'
import { IconCloudCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { ScheduleView } from '#shared/model/schedule.ts'
import { Note } from '../parts/note.tsx'
import { counted } from '../parts/times.ts'
import { providerOf } from '../state/lookups.ts'
import { go, useRoute } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'

/** Offers what could not be sent before, now that its provider answers again. Where a plan is reviewed it is shown already. */
export function OfferedWork() {
  const { screen } = useRoute()
  const schedules = useValue('schedules') ?? []
  const [dismissed, setDismissed] = useState<string[]>([])
  if (screen === 'plan') return null
  const offers = schedules.flatMap(({ accountId, pending }) =>
    pending?.offered && !dismissed.includes(pending.hash) ? [{ accountId, pending }] : []
  )
  if (offers.length === 0) return null
  return (
    <Stack className="pb-offers" gap="xs" mb="md">
      {offers.map(({ accountId, pending }) => (
        <Offer
          key={accountId}
          accountId={accountId}
          pending={pending}
          onDismiss={() => setDismissed([...dismissed, pending.hash])}
        />
      ))}
    </Stack>
  )
}

type Props = { accountId: string; pending: NonNullable<ScheduleView['pending']>; onDismiss: () => void }

function Offer({ accountId, pending, onDismiss }: Props) {
  const { plan, run } = useStores()
  const account = useValue('accounts')?.find(({ id }) => id === accountId)
  const provider = providerOf(useValue('providers'), account)
  const review = () => {
    run.getState().forget()
    plan.getState().choose(accountId)
    go('plan')
    void plan.getState().make(false)
  }
  return (
    <Note
      tone="blue"
      icon={IconCloudCheck}
      title={`${provider?.name ?? 'The provider'} answers again: ${counted(pending.changes, 'change waits', 'changes wait')}.`}
      aside={
        <Group gap={4} wrap="nowrap">
          <Button size="compact-sm" onClick={review}>
            Review
          </Button>
          <CloseButton size="sm" aria-label="Dismiss" onClick={onDismiss} />
        </Group>
      }
      isNews
    >
      {account && `Edits of “${account.label}” that could not be sent before.`}
    </Note>
  )
}
