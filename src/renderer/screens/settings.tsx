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
import type { ReactNode } from 'react'
import { hostOf } from '../api/host.ts'
import { signOut } from '../api/sign-out.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { useAction } from '../state/action.ts'
import { useValue } from '../state/stores.ts'
import { BackupSettings } from './backup-settings.tsx'
import { DesktopChoices } from './desktop-choices.tsx'
import { ListenerControl } from './listener-control.tsx'
import { ListenerSettingsForm } from './listener-settings.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { VaultSettings } from './vault-settings.tsx'

export function Settings() {
  const info = useValue('info')
  const host = hostOf(info)
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
            { value: 'auto', label: 'Same as the system' }
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
      {(host.can('tray') || host.can('start-at-login')) && (
        <Part title="This computer">
          <DesktopChoices />
        </Part>
      )}
      <Part title="Backup">
        <BackupSettings />
      </Part>
      <Part title="Keyboard">
        <ShortcutList />
      </Part>
      {host.can('sign-out') && (
        <Part title="This browser">
          <SignOut />
        </Part>
      )}
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

function SignOut() {
  const leaving = useAction()
  return (
    <Stack gap="sm">
      <FaultAlert fault={leaving.fault} />
      <Group gap="sm">
        <Button variant="default" loading={leaving.busy} onClick={() => void leaving.perform(signOut)}>
          Sign out
        </Button>
        <Text size="sm" c="dimmed">
          Plugboard keeps running. To come back you need a new address from where it was started.
        </Text>
      </Group>
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
