import { Button, Menu } from '@mantine/core'
import { IconBolt, IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import type { Profile } from '#shared/model/profile.ts'
import type { ActionCard, KindCard } from '#shared/model/provider.ts'
import { ActionDialog } from './action-dialog.tsx'
import { ProfileRelease } from './profile-release.tsx'

type Props = { profile: Profile; kind: KindCard | undefined; onReleased: () => void }

/** What can be done with the profile at the provider beside its settings; and to let go what was added by its name. */
export function ProfileActions({ profile, kind, onReleased }: Props) {
  const [chosen, setChosen] = useState<ActionCard>()
  const [isReleasing, setReleasing] = useState(false)
  const isThere = profile.remoteId !== null
  const actions = kind?.actions ?? []
  const isByName = kind?.listing === 'by-name'
  if (actions.length === 0 && !isByName) return null
  return (
    <>
      <Menu position="top-start" withinPortal>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBolt size={16} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {!isThere && actions.length > 0 && <Menu.Label>Once it is at the provider</Menu.Label>}
          {actions.map(action => (
            <Menu.Item key={action.id} disabled={!isThere} onClick={() => setChosen(action)}>
              {action.label}
            </Menu.Item>
          ))}
          {isByName && <Menu.Item onClick={() => setReleasing(true)}>Stop managing it…</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {chosen && <ActionDialog profile={profile} action={chosen} onClose={() => setChosen(undefined)} />}
      {isReleasing && <ProfileRelease profile={profile} onClose={() => setReleasing(false)} onReleased={onReleased} />}
    </>
  )
}
