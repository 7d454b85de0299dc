import { Select, Stack, Switch, Text, Title } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Account } from '#shared/model/account.ts'
import type { ScheduleView } from '#shared/model/schedule.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { counted, fullTime } from '../parts/times.ts'
import { useNow } from '../parts/use-now.ts'
import { useAction } from '../state/action.ts'
import { everyText, intervals, untilText } from '../state/schedules.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

type Props = { account: Account; providerName: string }

/** What an account does with nobody looking: both parts are off until they are turned on here. */
export function AccountSchedule({ account, providerName }: Props) {
  const client = useClient()
  const stores = useStores()
  const saving = useAction()
  const schedule = useValue('schedules')?.find(({ accountId }) => accountId === account.id)
  if (!schedule) return null

  const save = async (change: Partial<Pick<ScheduleView, 'refreshMinutes' | 'appliesAlone'>>) => {
    await saving.perform(() => client.schedules.set({ accountId: account.id, ...change }))
    await stores.schedules.getState().reload()
  }

  return (
    <section aria-label="Automatically">
      <Title order={3} mb="xs">
        Automatically
      </Title>
      <Stack gap="sm">
        <Select
          label="Look for changes at the provider"
          description="Reads only. What somebody changed there shows as “Changed there”; nothing pops up."
          data={[
            { value: 'never', label: 'Never' },
            ...intervals(schedule.refreshMinutes).map(value => ({ value: `${value}`, label: everyText(value) }))
          ]}
          value={`${schedule.refreshMinutes ?? 'never'}`}
          onChange={value => void save({ refreshMinutes: value === null || value === 'never' ? null : Number(value) })}
          allowDeselect={false}
          disabled={saving.busy}
          maw={300}
        />
        <Switch
          label="Send waiting edits once the provider answers again"
          description={`After ${providerName} did not answer: all edits of this account that are saved by the time it answers again are sent without another review, also those that were never tried, after the same checks as a reviewed plan. Deletions, conflicts and whatever needs a confirmation wait for you. When this is off, you are asked.`}
          checked={schedule.appliesAlone}
          onChange={event => void save({ appliesAlone: event.currentTarget.checked })}
          disabled={saving.busy}
        />
        <FaultAlert fault={saving.fault} />
        <Prospect schedule={schedule} providerName={providerName} />
        {schedule.fault?.message !== account.parkedFault?.message && <FaultAlert fault={schedule.fault} />}
      </Stack>
    </section>
  )
}

const pauses: Record<NonNullable<ScheduleView['paused']>, string> = {
  offline: 'Paused: this computer is offline.',
  'battery-saver': 'Paused: this computer runs on its battery.',
  'account-parked': 'Paused: the credentials are missing or were rejected. Enter or test them again.',
  'in-use-elsewhere': 'Paused: another Plugboard is at work on the same data folder.'
}

/** When it looks next, or why it does not, and what waits. */
function Prospect({
  schedule: { nextMs, paused, pending },
  providerName
}: {
  schedule: ScheduleView
  providerName: string
}) {
  const nowMs = useNow(10_000)
  const lines: ReactNode[] = []
  if (nextMs !== null) lines.push(<span title={fullTime(nextMs)}>Looks next {untilText(nextMs, nowMs)}.</span>)
  if (pending) lines.push(pendingText(pending, providerName))
  return (
    <>
      {paused && <Note tone="amber" icon={IconPlayerPause} title={pauses[paused]} />}
      {lines.length > 0 && (
        <Text size="sm" c="dimmed">
          {lines.map((line, index) => (
            <span key={index}>{line} </span>
          ))}
        </Text>
      )}
    </>
  )
}

function pendingText({ changes, offered }: NonNullable<ScheduleView['pending']>, providerName: string): string {
  const wait = counted(changes, 'change waits', 'changes wait')
  return offered ? `${providerName} answers again: ${wait}.` : `${wait} until ${providerName} answers again.`
}
