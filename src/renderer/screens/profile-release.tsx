import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Profile } from '#shared/model/profile.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

type Props = { profile: Profile; onClose: () => void; onReleased: () => void }

/** Asks, and lets go of a profile that was added by its name. */
export function ProfileRelease({ profile, onClose, onReleased }: Props) {
  const client = useClient()
  const stores = useStores()
  const releasing = useAction()
  const isEdited = profile.state === 'edited' || profile.state === 'conflict'
  const release = async () => {
    if (!(await releasing.perform(() => client.profiles.release({ id: profile.id })))) return
    stores.drafts.getState().drop(profile.id)
    notifications.show({ message: `${profile.title} is no longer managed here.`, color: 'enamel' })
    onReleased()
    void stores.profiles.getState().reload()
    void stores.history.getState().reload()
    void stores.gone.getState().reload()
  }
  return (
    <Confirm
      opened
      title={`Stop managing ${profile.title}?`}
      verb="Stop managing it"
      isDangerous={isEdited}
      busy={releasing.busy}
      fault={releasing.fault}
      onConfirm={() => void release()}
      onClose={onClose}
    >
      <Text size="sm">
        It leaves this list, and its secrets leave the vault. Nothing is changed at the provider, and it can be added by
        its name again.
      </Text>
      {isEdited && (
        <Text size="sm" fw={600} mt="xs">
          Its edits that were not applied are lost.
        </Text>
      )}
    </Confirm>
  )
}
