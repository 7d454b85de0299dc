import { Checkbox, Group, Text, Title } from '@mantine/core'
import { IconBan, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Action, Change, Guard } from '#shared/model/plan.ts'
import { FieldDiff } from '../parts/field-diff.tsx'
import { Note } from '../parts/note.tsx'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { kindOf, providerOf } from '../state/lookups.ts'
import { useStores, useValue } from '../state/stores.ts'
import { DeleteGuard } from './plan-guards.tsx'
import { LastRefusal, useRefusal } from './profile-refused.tsx'

export const actionMarks: Record<Action, ToneMark> = {
  create: { tone: 'green', icon: IconPlus, label: 'Create' },
  update: { tone: 'blue', icon: IconPencil, label: 'Change' },
  delete: { tone: 'red', icon: IconTrash, label: 'Delete' }
}

/** One change as it would be sent. */
export function PlanChange({ change, guards }: { change: Change; guards: Guard[] }) {
  const account = useValue('accounts')?.find(known => known.id === change.accountId)
  const profile = useValue('profiles')?.find(known => known.id === change.profileId)
  const refusal = useRefusal(profile)
  const { plan: planStore } = useStores()
  const isLeftOut = useStore(planStore, ({ leftOut }) => leftOut.includes(change.profileId))
  const kind = kindOf(providerOf(useValue('providers'), account), change.kind)
  return (
    <li
      className="pb-card"
      data-left-out={isLeftOut || undefined}
      aria-label={`${actionMarks[change.action].label} ${change.title}`}
    >
      <Group gap="sm" wrap="nowrap" px="md" py="sm">
        <Checkbox
          aria-label={`Send: ${actionMarks[change.action].label} ${change.title}`}
          title="Send this change"
          checked={!isLeftOut}
          onChange={event => planStore.getState().take(change.profileId, event.currentTarget.checked)}
        />
        <Tone {...actionMarks[change.action]} />
        <Title order={3} className="pb-break" style={{ flex: 1, minWidth: 0 }}>
          {change.title}
        </Title>
        <Text size="xs" c="dimmed">
          {isLeftOut ? 'Left out this time' : kind?.label}
        </Text>
      </Group>
      <div style={{ padding: '0 16px 14px' }}>
        <FieldDiff changes={change.settings} form={kind?.form} others={change.reliesOn} />
        {refusal && (
          <div style={{ marginTop: 12 }}>
            <LastRefusal refusal={refusal} />
          </div>
        )}
        {!isLeftOut &&
          guards.map(guard => (
            <div key={guard.code} style={{ marginTop: 12 }}>
              {guard.code === 'delete' && guard.confirm !== null ? (
                <DeleteGuard guard={guard} title={change.title} confirm={guard.confirm} />
              ) : (
                <Note tone="amber" icon={IconBan} title={guard.message} />
              )}
            </div>
          ))}
      </div>
    </li>
  )
}
