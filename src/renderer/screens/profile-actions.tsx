import { Button, Menu } from '@mantine/core'
import { IconBolt, IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import type { Profile } from '#shared/model/profile.ts'
import type { ActionCard } from '#shared/model/provider.ts'
import { ActionDialog } from './action-dialog.tsx'

/** What can be done with the profile at the provider beside its settings. */
export function ProfileActions({ profile, actions }: { profile: Profile; actions: ActionCard[] }) {
  const [chosen, setChosen] = useState<ActionCard>()
  const isThere = profile.remoteId !== null
  if (actions.length === 0) return null
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
          {!isThere && <Menu.Label>Once it is at the provider</Menu.Label>}
          {actions.map(action => (
            <Menu.Item key={action.id} disabled={!isThere} onClick={() => setChosen(action)}>
              {action.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {chosen && <ActionDialog profile={profile} action={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}
