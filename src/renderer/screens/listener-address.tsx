import { Button, Text } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
import type { EndpointView } from '#shared/model/callback.ts'
import type { FieldCard } from '#shared/model/field.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { endpointOf } from '../state/lookups.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

/** An address that is posted to, as far as the card tells: not one of a socket or a file to play. */
export function takesCallbacks(card: FieldCard): boolean {
  return card.type === 'url' && !/^wss?:|\.(mp3|wav)$/.test(card.example ?? '')
}

/** The address, with the parameters that the field's example shows where they are a template that the provider fills. */
export function addressFor(card: FieldCard, url: string): string {
  const [, parameters] = card.example?.split('?', 2) ?? []
  return parameters?.includes('\\') ? `${url}?${parameters}` : url
}

/** Where the provider posts to; null while the port is not known. */
function addressOf({ publicAddress, url }: EndpointView): string | null {
  return url && (publicAddress ?? url)
}

type Props = { accountId: string; onUse: (url: string) => void }

/** Fills in the address at which this computer catches the account's callbacks; starts the listener where it is stopped. */
export function ListenerAddress({ accountId, onUse }: Props) {
  const client = useClient()
  const stores = useStores()
  const account = useValue('accounts')?.find(known => known.id === accountId)
  const own = endpointOf(useValue('endpoints'), accountId)
  const address = own && addressOf(own)
  const finding = useAction()

  const use = async () => {
    if (address) return onUse(address)
    const found = await finding.perform(async () => {
      await client.listener.start({})
      const known = endpointOf(await client.endpoints.list(), accountId)
      return known ?? client.endpoints.add({ accountId, label: account?.label ?? 'Callbacks' })
    })
    void stores.listener.getState().reload()
    void stores.endpoints.getState().reload()
    const reached = found && addressOf(found)
    if (reached) onUse(reached)
  }

  return (
    <div style={{ marginTop: 6 }}>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconBroadcast size={15} aria-hidden />}
        loading={finding.busy}
        onClick={() => void use()}
      >
        Use listener address
      </Button>
      {!own?.url && (
        <Text span size="xs" c="dimmed" ml={6}>
          This starts the listener.
        </Text>
      )}
      <FaultAlert fault={finding.fault} />
    </div>
  )
}
