import { Anchor, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import {
  IconArrowBackUp,
  IconCloudDown,
  IconCloudOff,
  IconCloudPlus,
  IconGitMerge,
  IconPencil,
  IconPlus,
  IconSend,
  IconTrash
} from '@tabler/icons-react'
import type { HistoryEntry } from '#shared/model/history.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { FieldDiff } from '../parts/field-diff.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { useAction } from '../state/action.ts'
import { hrefOf } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

const marks: Record<HistoryEntry['what'], ToneMark> = {
  'local-created': { tone: 'green', icon: IconPlus, label: 'Made here' },
  'local-edited': { tone: 'blue', icon: IconPencil, label: 'Edited here' },
  'local-deleted': { tone: 'red', icon: IconTrash, label: 'Marked for deletion' },
  'local-reverted': { tone: 'grey', icon: IconArrowBackUp, label: 'Reverted' },
  'local-rolled-back': { tone: 'grey', icon: IconArrowBackUp, label: 'Rolled back' },
  'conflict-resolved': { tone: 'violet', icon: IconGitMerge, label: 'Decided' },
  'applied-create': { tone: 'green', icon: IconSend, label: 'Created there' },
  'applied-update': { tone: 'green', icon: IconSend, label: 'Applied' },
  'applied-delete': { tone: 'red', icon: IconSend, label: 'Deleted there' },
  'seen-new': { tone: 'grey', icon: IconCloudPlus, label: 'Found there' },
  'seen-changed': { tone: 'violet', icon: IconCloudDown, label: 'Changed there' },
  'seen-removed': { tone: 'amber', icon: IconCloudOff, label: 'Removed there' }
}

export function HistoryItem({ entry }: { entry: HistoryEntry }) {
  const client = useClient()
  const stores = useStores()
  const profile = useValue('profiles')?.find(known => known.id === entry.profileId)
  const account = useValue('accounts')?.find(known => known.id === entry.accountId)
  const going = useAction()
  const isAsNow = JSON.stringify(profile?.local) === JSON.stringify(entry.after)
  const goBack = async () => {
    const { profileId, id: entryId } = entry
    const result = await going.perform(() => client.history.rollback({ profileId, entryId }))
    if (!result) return
    notifications.show({ message: `${entry.title} is what it was then. A plan sends it.`, color: 'enamel' })
    void stores.profiles.getState().reload()
    void stores.history.getState().reload()
  }
  return (
    <li className="pb-card" style={{ padding: '10px 16px' }} aria-label={`${marks[entry.what].label}: ${entry.title}`}>
      <Group gap="sm" wrap="wrap">
        <Tone {...marks[entry.what]} />
        <div style={{ flex: '1 1 200px', minWidth: 0 }}>
          {profile ? (
            <Anchor href={hrefOf('profiles', entry.profileId)} size="sm" fw={600} c="inherit" className="pb-break">
              {entry.title}
            </Anchor>
          ) : (
            <Text size="sm" fw={600} className="pb-break">
              {entry.title}
            </Text>
          )}
        </div>
        <Text size="xs" c="dimmed">
          {account?.label}, <TimeAgo atMs={entry.atMs} />
        </Text>
        {profile && entry.after && !isAsNow && (
          <Button size="compact-xs" variant="default" loading={going.busy} onClick={() => void goBack()}>
            Roll back to this
          </Button>
        )}
      </Group>
      {entry.settings.length > 0 && (
        <div style={{ marginTop: 10 }}>
          <FieldDiff changes={entry.settings} />
        </div>
      )}
      <FaultAlert fault={going.fault} />
    </li>
  )
}
