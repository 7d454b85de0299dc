import { Anchor, Box, Button, Center, Group, Paper, Select, Stack, Text, Title } from '@mantine/core'
import { IconArrowRight, IconFlask } from '@tabler/icons-react'
import { useState } from 'react'
import type { VaultDriver } from '#shared/model/account.ts'
import { BrandMark } from '../parts/brand-mark.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { go } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { ConnectionBar } from './connection-bar.tsx'
import { isInUse, needsPassphrase, preferredVault } from '../state/vaults.ts'
import { showProfilesOf, useSandbox, useSandboxProviders } from './use-sandbox.ts'
import { VaultChoice } from './vault-choice.tsx'

/** The first visit: what this is, where secrets live, and the ways to begin. */
export function Welcome() {
  const client = useClient()
  const stores = useStores()
  const vaults = useValue('vaults')
  const [picked, setPicked] = useState<VaultDriver>()
  const [passphrase, setPassphrase] = useState('')
  const sandbox = useSandbox()
  const sandboxes = useSandboxProviders()
  const [pretend, setPretend] = useState<string>()
  const provider = sandboxes.find(card => card.id === pretend) ?? sandboxes[0]
  const account = useAction()
  const fault = sandbox.fault ?? account.fault
  const driver = picked ?? preferredVault(vaults ?? [])
  const vault = vaults?.find(known => known.driver === driver)
  const isReady = vault !== undefined && (!needsPassphrase(vault) || passphrase !== '')

  const chooseVault = async () => {
    if (driver === undefined || isInUse(vault)) return
    const choosing = client.vaults.choose(driver === 'file' ? { driver, passphrase } : { driver })
    // Whatever comes of it, no passphrase stays in the page.
    await choosing.finally(() => setPassphrase(''))
    await Promise.all([stores.info.getState().reload(), stores.vaults.getState().reload()])
  }
  const trySandbox = async () => {
    const added = await sandbox.start(provider?.id, chooseVault)
    if (added) showProfilesOf(added, provider, stores.profiles.getState().value ?? [])
  }
  const goOn = async (next: () => void) => {
    const isChosen = await account.perform(async () => {
      await chooseVault()
      return true
    })
    if (isChosen) next()
  }

  return (
    <Box component="main" mih="100dvh" bg="var(--pb-page)" p={20}>
      <ConnectionBar />
      <Center mih="calc(100dvh - 40px)">
        <Stack gap="lg" maw={620} w="100%">
          <Group gap="md" wrap="nowrap" align="flex-start">
            <BrandMark size={46} />
            <div>
              <Title order={1}>Welcome to Plugboard</Title>
              <Text c="dimmed" mt={4}>
                Change the settings of your messaging accounts here, even offline. See exactly what would be sent before
                it is, and catch the provider’s callbacks on this computer.
              </Text>
            </div>
          </Group>
          <Paper p="lg">
            <VaultChoice
              vaults={vaults}
              driver={driver}
              onChange={setPicked}
              passphrase={passphrase}
              onPassphrase={setPassphrase}
              fault={fault}
            />
          </Paper>
          {fault?.field !== 'passphrase' && <FaultAlert fault={fault} />}
          <Group gap="xs" align="flex-end">
            <Text size="sm" c="dimmed" style={{ flex: '1 1 300px' }}>
              The sandbox is a pretend provider on this computer. It needs no account and sends nothing anywhere.
            </Text>
            {sandboxes.length > 1 && (
              <Select
                label="Provider of the sandbox"
                data={sandboxes.map(card => ({ value: card.id, label: card.name }))}
                value={provider?.id ?? null}
                onChange={chosen => setPretend(chosen ?? undefined)}
                allowDeselect={false}
                w={190}
              />
            )}
          </Group>
          <Group gap="sm">
            <Button
              size="md"
              leftSection={<IconFlask size={18} aria-hidden />}
              loading={sandbox.busy}
              disabled={!isReady || account.busy}
              onClick={() => void trySandbox()}
            >
              Try it with the sandbox
            </Button>
            <Button
              size="md"
              variant="default"
              rightSection={<IconArrowRight size={17} aria-hidden />}
              loading={account.busy}
              disabled={!isReady || sandbox.busy}
              onClick={() => void goOn(() => go('accounts', undefined, { add: 'yes' }))}
            >
              Add an account
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            Coming from another computer?{' '}
            <Anchor
              component="button"
              type="button"
              inherit
              disabled={!isReady || sandbox.busy || account.busy}
              onClick={() => void goOn(() => go('settings'))}
            >
              Restore a backup
            </Anchor>
          </Text>
        </Stack>
      </Center>
    </Box>
  )
}
