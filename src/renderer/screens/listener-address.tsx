import { Button, Text } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
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

type Props = { accountId: string; onUse: (url: string) => void }

/** Fills in the address at which this computer catches the account's callbacks; starts the listener where it is stopped. */
export function ListenerAddress({ accountId, onUse }: Props) {
  const client = useClient()
  const stores = useStores()
  const account = useValue('accounts')?.find(known => known.id === accountId)
  const url = endpointOf(useValue('endpoints'), accountId)?.url
  const finding = useAction()

  const use = async () => {
    if (url) return onUse(url)
    const found = await finding.perform(async () => {
      await client.listener.start({})
      const known = endpointOf(await client.endpoints.list(), accountId)
      return known ?? client.endpoints.add({ accountId, label: account?.label ?? 'Callbacks' })
    })
    void stores.listener.getState().reload()
    void stores.endpoints.getState().reload()
    if (found?.url) onUse(found.url)
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
      {!url && (
        <Text span size="xs" c="dimmed" ml={6}>
          This starts the listener.
        </Text>
      )}
      <FaultAlert fault={finding.fault} />
    </div>
  )
}
