import { Center, Loader, Stack, Text } from '@mantine/core'
import { useStore } from 'zustand'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useRoute } from '../state/route.ts'
import { useReadFault, useStores, useValue } from '../state/stores.ts'
import { Shell } from './shell.tsx'
import { Welcome } from './welcome.tsx'

/** The first decision: is there an account to show, or is this the first visit? */
export function Front() {
  const { connection, accounts: accountsStore } = useStores()
  const link = useStore(connection.status)
  const accounts = useValue('accounts')
  const fault = useReadFault('accounts')
  const route = useRoute()

  if (accounts) {
    const isFirstVisit = accounts.length === 0 && route.screen !== 'settings' && route.query['add'] === undefined
    return isFirstVisit ? <Welcome /> : <Shell />
  }
  return (
    <Center h="100dvh" p="lg">
      {fault ? (
        <FaultAlert fault={fault} onRetry={() => void accountsStore.getState().reload()} />
      ) : (
        <Stack align="center" gap="sm" component="output">
          <Loader size="sm" aria-hidden />
          <Text size="sm" c="dimmed">
            {link.failures > 1 ? 'Plugboard does not answer yet. Trying again.' : 'Opening…'}
          </Text>
        </Stack>
      )}
    </Center>
  )
}
