import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { VaultDriver } from '#shared/model/account.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { isInUse, needsPassphrase, preferredVault, secretsElsewhere } from '../state/vaults.ts'
import { VaultChoice } from './vault-choice.tsx'
import { VaultFileSettings } from './vault-file-settings.tsx'
import { VaultMove } from './vault-move.tsx'

/** Where secrets are kept: the choice, the way from one vault to another, and the lock of the passphrase file. */
export function VaultSettings() {
  const client = useClient()
  const vaults = useValue('vaults')
  const [picked, setPicked] = useState<VaultDriver>()
  const [passphrase, setPassphrase] = useState('')
  const acting = useAction()
  const { fault } = acting
  const reload = useVaultReload()
  const driver = picked ?? preferredVault(vaults ?? [])
  const vault = vaults?.find(known => known.driver === driver)
  const asks = needsPassphrase(vault)
  const isLocked = vault?.chosen === true && asks
  const elsewhere = secretsElsewhere(vaults ?? [], driver)

  const choose = async () => {
    if (driver === undefined) return
    const done = await acting.perform(() => client.vaults.choose(asks ? { driver, passphrase } : { driver }))
    setPassphrase('')
    reload()
    if (done) notifications.show({ message: `${vault?.label ?? 'The vault'} is in use.`, color: 'enamel' })
  }
  const isReady = vault !== undefined && (!asks || passphrase !== '')
  return (
    <Stack gap="lg">
      <Stack
        gap="sm"
        component="form"
        aria-label="Vault"
        onSubmit={event => {
          event.preventDefault()
          void choose()
        }}
      >
        <VaultChoice
          vaults={vaults}
          driver={driver}
          onChange={setPicked}
          passphrase={passphrase}
          onPassphrase={setPassphrase}
          fault={fault}
        />
        {fault?.field !== 'passphrase' && <FaultAlert fault={fault} />}
        <Group gap="sm">
          {vault && elsewhere > 0 && !isLocked && (
            <VaultMove
              target={vault}
              count={elsewhere}
              isReady={isReady}
              passphrase={asks ? passphrase : undefined}
              acting={acting}
              onSent={() => setPassphrase('')}
              onDone={reload}
            />
          )}
          <Button
            type="submit"
            variant={isLocked ? 'filled' : 'default'}
            loading={acting.busy}
            disabled={isInUse(vault) || !isReady}
          >
            {isLocked ? 'Unlock' : elsewhere > 0 ? 'Use it for new secrets only' : 'Use this'}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {isLocked
            ? 'Edits go on without it; what needs a secret waits until it is unlocked.'
            : elsewhere > 0
              ? `${counted(elsewhere, 'secret is', 'secrets are')} kept elsewhere. What is not moved stays there and is still read from there.`
              : 'No secret is kept elsewhere.'}
        </Text>
      </Stack>
      <VaultFileSettings />
    </Stack>
  )
}

/** Reads again what shows the vault. */
function useVaultReload(): () => void {
  const { vaults, info, accounts } = useStores()
  return () => {
    for (const store of [vaults, info, accounts]) void store.getState().reload()
  }
}
