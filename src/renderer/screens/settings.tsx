import {
  Button,
  Group,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Title,
  useMantineColorScheme,
  type MantineColorScheme
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type ReactNode } from 'react'
import type { VaultDriver } from '#shared/model/account.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { ListenerControl } from './listener-control.tsx'
import { ListenerSettingsForm } from './listener-settings.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { isInUse, needsPassphrase, preferredVault } from '../state/vaults.ts'
import { VaultChoice } from './vault-choice.tsx'

export function Settings() {
  const info = useValue('info')
  const listener = useValue('listener')
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Stack gap="lg" maw={760}>
      <PageHead title="Settings" />
      <Part title="Secrets">
        <VaultSettings />
      </Part>
      <Part title="Appearance">
        <SegmentedControl
          aria-label="Colour scheme"
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'auto', label: 'As the system' }
          ]}
          value={colorScheme}
          onChange={value => setColorScheme(value as MantineColorScheme)}
        />
      </Part>
      <Part title="Listener">
        <Stack gap="lg">
          {listener && <ListenerControl status={listener} />}
          <ListenerSettingsForm />
        </Stack>
      </Part>
      <Part title="Keyboard">
        <ShortcutList />
      </Part>
      <Part title="About">
        <dl className="pb-facts">
          <dt>Version</dt>
          <dd>{info?.version}</dd>
          <dt>Data folder</dt>
          <dd>
            <Group gap={6} wrap="nowrap">
              <span className="pb-mono">{info?.dataDir}</span>
              {info && <CopyButton value={info.dataDir} what="the data folder" />}
            </Group>
          </dd>
        </dl>
      </Part>
    </Stack>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" p="md" aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

function VaultSettings() {
  const client = useClient()
  const stores = useStores()
  const vaults = useValue('vaults')
  const [picked, setPicked] = useState<VaultDriver>()
  const [passphrase, setPassphrase] = useState('')
  const choosing = useAction()
  const driver = picked ?? preferredVault(vaults ?? [])
  const vault = vaults?.find(known => known.driver === driver)
  const isOpen = isInUse(vault)

  const choose = async () => {
    if (driver === undefined) return
    const input = needsPassphrase(vault) ? { driver, passphrase } : { driver }
    const done = await choosing.perform(() => client.vaults.choose(input))
    setPassphrase('')
    void stores.vaults.getState().reload()
    void stores.info.getState().reload()
    void stores.accounts.getState().reload()
    if (done) notifications.show({ message: `${vault?.label ?? 'The vault'} is in use.`, color: 'enamel' })
  }
  const isLocked = vault?.chosen === true && needsPassphrase(vault)
  return (
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
      />
      <FaultAlert fault={choosing.fault} />
      <Group gap="sm">
        <Button
          type="submit"
          variant={isLocked ? 'filled' : 'default'}
          loading={choosing.busy}
          disabled={isOpen || vault === undefined || (needsPassphrase(vault) && passphrase === '')}
        >
          {isLocked ? 'Unlock' : 'Use this'}
        </Button>
        <Text size="sm" c="dimmed">
          {isOpen
            ? 'In use.'
            : isLocked
              ? 'Edits go on without it; what needs a secret waits until it is unlocked.'
              : 'Secrets that are kept elsewhere stay there; accounts ask for them again when they are needed.'}
        </Text>
      </Group>
    </Stack>
  )
}
