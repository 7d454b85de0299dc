import { Button, PasswordInput, Popover, Stack, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import type { AppInfo } from '#shared/model/app.ts'
import { VaultBadge } from '../parts/vault-badge.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

/** Where secrets live, on every screen; where the passphrase file is locked, it can be unlocked right there. */
export function VaultChip({ info: { vault, vaultFault } }: { info: AppInfo }) {
  const isAsking = vault === 'file' && vaultFault?.code === 'vault-locked'
  return isAsking ? <UnlockChip about={vaultFault.message} /> : <VaultBadge driver={vault} fault={vaultFault} />
}

const label = 'Passphrase file: locked'

function UnlockChip({ about }: { about: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" width={300} trapFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className="pb-chip"
          aria-label={label}
          title={`${about}.`}
          data-pb-tone="red"
          style={{ color: 'var(--tone-fg)', borderColor: 'var(--tone-line)' }}
          onClick={() => setOpen(!isOpen)}
        >
          <IconLock size={15} aria-hidden />
          <span>{label}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <UnlockForm about={about} />
      </Popover.Dropdown>
    </Popover>
  )
}

function UnlockForm({ about }: { about: string }) {
  const client = useClient()
  const stores = useStores()
  const [passphrase, setPassphrase] = useState('')
  const unlocking = useAction()
  const unlock = async () => {
    const done = await unlocking.perform(() => client.vaults.unlock({ passphrase }))
    setPassphrase('')
    if (!done) return
    for (const store of [stores.info, stores.vaults]) void store.getState().reload()
  }
  return (
    <Stack
      gap="sm"
      component="form"
      aria-label="Unlock"
      onSubmit={event => {
        event.preventDefault()
        void unlock()
      }}
    >
      <Text size="sm">{about}. Edits go on without it; what needs a secret waits.</Text>
      <PasswordInput
        label="Passphrase"
        value={passphrase}
        onChange={event => setPassphrase(event.currentTarget.value)}
        error={unlocking.fault?.message}
        autoComplete="off"
        data-autofocus
      />
      <Button type="submit" loading={unlocking.busy} disabled={passphrase === ''}>
        Unlock
      </Button>
    </Stack>
  )
}
