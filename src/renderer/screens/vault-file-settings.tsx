import { Button, Group, Select, Stack, Switch, Title } from '@mantine/core'
import { useState } from 'react'
import type { AutoLock } from '#shared/model/app.ts'
import { hostOf } from '../api/host.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { autoLockChoices } from '../state/vaults.ts'
import { VaultPassphrase } from './vault-passphrase.tsx'

/** The lock of the passphrase file and its passphrase; nothing where no secret is in it. */
export function VaultFileSettings() {
  const client = useClient()
  const stores = useStores()
  const info = useValue('info')
  const file = useValue('vaults')?.find(({ driver }) => driver === 'file')
  const [isChanging, setChanging] = useState(false)
  const acting = useAction()
  if (!info || !file || (!file.chosen && file.secrets === 0)) return null

  const act = async (call: () => Promise<unknown>) => {
    await acting.perform(call)
    void stores.info.getState().reload()
    void stores.vaults.getState().reload()
  }
  const save = (change: Partial<AutoLock>) => act(() => client.vaults.setAutoLock(change))
  const { minutes, withScreen } = info.autoLock
  return (
    <section aria-label="Passphrase file">
      <Title order={3} mb="xs">
        Passphrase file
      </Title>
      <Stack gap="sm">
        <Group gap="sm">
          <Button
            variant="default"
            disabled={file.fault !== null}
            loading={acting.busy}
            onClick={() => void act(() => client.vaults.lock())}
          >
            Lock now
          </Button>
          <Button variant="default" onClick={() => setChanging(true)}>
            Change the passphrase
          </Button>
        </Group>
        <Select
          label="Lock by itself"
          description="After so long without a click or a key here. A run that is under way is finished first."
          data={autoLockChoices(minutes)}
          value={`${minutes ?? 'never'}`}
          onChange={value => void save({ minutes: value === null || value === 'never' ? null : Number(value) })}
          allowDeselect={false}
          disabled={acting.busy}
          maw={300}
        />
        {hostOf(info).can('screen-lock') && (
          <Switch
            label="Lock it with the screen of this computer"
            checked={withScreen}
            onChange={event => void save({ withScreen: event.currentTarget.checked })}
            disabled={acting.busy}
          />
        )}
        <FaultAlert fault={acting.fault} />
      </Stack>
      <VaultPassphrase opened={isChanging} onClose={() => setChanging(false)} />
    </section>
  )
}
