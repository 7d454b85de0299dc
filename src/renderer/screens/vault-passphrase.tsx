import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { shortestPassphrase } from '#shared/model/passphrase.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

type Props = { opened: boolean; onClose: () => void }

const empty = { passphrase: '', newPassphrase: '', again: '' }

/** Asks for the old passphrase and twice for the new one. What was typed is forgotten once it was sent, and when it closes. */
export function VaultPassphrase({ opened, onClose }: Props) {
  const client = useClient()
  const stores = useStores()
  const [typed, setTyped] = useState(empty)
  const changing = useAction()
  const { passphrase, newPassphrase, again } = typed
  const isUnlike = again !== '' && again !== newPassphrase
  const wrong = changing.fault?.code === 'vault-wrong-passphrase' ? changing.fault : undefined

  const close = () => {
    setTyped(empty)
    changing.clear()
    onClose()
  }
  const change = async () => {
    const done = await changing.perform(() => client.vaults.changePassphrase({ passphrase, newPassphrase }))
    setTyped(empty)
    if (!done) return
    close()
    void stores.info.getState().reload()
    void stores.vaults.getState().reload()
    notifications.show({ message: 'The passphrase was changed.', color: 'enamel' })
  }
  const field = (name: keyof typeof empty, label: string) => ({
    label,
    value: typed[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setTyped(before => ({ ...before, [name]: value }))
    },
    autoComplete: 'off',
    required: true
  })
  return (
    <Modal opened={opened} onClose={close} title="Change the passphrase of the file">
      <Stack
        gap="sm"
        component="form"
        aria-label="Change the passphrase"
        onSubmit={event => {
          event.preventDefault()
          void change()
        }}
      >
        <PasswordInput {...field('passphrase', 'Passphrase that it has now')} error={wrong?.message} data-autofocus />
        <PasswordInput
          {...field('newPassphrase', 'New passphrase')}
          description={`${shortestPassphrase} characters or more; several words are easy to remember and hard to guess. Plugboard cannot restore a forgotten one.`}
        />
        <PasswordInput
          {...field('again', 'The new passphrase again')}
          error={isUnlike && 'This is not the same as above.'}
        />
        {!wrong && <FaultAlert fault={changing.fault} />}
        <Text size="sm" c="dimmed">
          Other windows and commands on this data folder are locked until they get the new one. Copies of the file that
          were made before still open with the old one.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={changing.busy}
            disabled={passphrase === '' || newPassphrase.length < shortestPassphrase || again !== newPassphrase}
          >
            Change it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
