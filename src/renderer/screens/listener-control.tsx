import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconBroadcast, IconBroadcastOff, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useState } from 'react'
import type { EndpointView, ListenerStatus } from '#shared/model/callback.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { useAction } from '../state/action.ts'
import { hrefOf } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

const marks: Record<ListenerStatus['state'], ToneMark> = {
  listening: { tone: 'green', icon: IconBroadcast, label: 'Listening' },
  stopped: { tone: 'grey', icon: IconBroadcastOff, label: 'Stopped' },
  elsewhere: { tone: 'amber', icon: IconBroadcast, label: 'In another window' },
  failed: { tone: 'red', icon: IconAlertTriangle, label: 'Failed' }
}

/** Starts and stops the listener, and shows the addresses that it catches at. */
export function ListenerControl({ status }: { status: ListenerStatus }) {
  const client = useClient()
  const { listener } = useStores()
  const endpoints = useValue('endpoints') ?? []
  const [port, setPort] = useState('')
  const starting = useAction()
  const isOn = status.state === 'listening'

  const turn = async () => {
    const chosen = port.trim() === '' ? undefined : Number(port)
    await starting.perform(() => (isOn ? client.listener.stop() : client.listener.start({ port: chosen })))
    void listener.getState().reload()
  }
  return (
    <Stack gap="xs">
      <Group className="pb-card" px="md" py={10} gap="md" wrap="wrap" component="section" aria-label="Listener">
        <Tone {...marks[status.state]} />
        {isOn ? (
          <Text size="sm">
            Port <span className="pb-mono">{status.port}</span>, {counted(status.caught, 'callback')} caught
          </Text>
        ) : (
          <TextInput
            aria-label="Port"
            placeholder="Port (as before)"
            value={port}
            onChange={event => setPort(event.currentTarget.value.replace(/\D/g, '').slice(0, 5))}
            inputMode="numeric"
            size="xs"
            w={140}
          />
        )}
        <Addresses endpoints={endpoints} />
        <Button
          ml="auto"
          size="xs"
          variant={isOn ? 'default' : 'filled'}
          leftSection={isOn ? <IconPlayerStop size={15} aria-hidden /> : <IconPlayerPlay size={15} aria-hidden />}
          loading={starting.busy}
          disabled={status.state === 'elsewhere'}
          onClick={() => void turn()}
        >
          {isOn ? 'Stop listener' : 'Start listener'}
        </Button>
      </Group>
      <FaultAlert fault={starting.fault ?? (isOn ? undefined : status.fault)} />
    </Stack>
  )
}

/** The first address, ready to be copied; the others are one click away. */
function Addresses({ endpoints }: { endpoints: EndpointView[] }) {
  const first = endpoints.find(endpoint => endpoint.url !== null)
  const rest = endpoints.length - 1
  return (
    <Group gap={6} wrap="nowrap" className="pb-listener-addresses">
      {first?.url && (
        <>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {first.label}
          </Text>
          <span className="pb-mono pb-cut" style={{ fontSize: 12.5 }}>
            {first.url}
          </span>
          <CopyButton value={first.url} what={`the address of ${first.label}`} />
        </>
      )}
      <Anchor href={hrefOf('callbacks', undefined, { panel: 'endpoints' })} size="sm" style={{ whiteSpace: 'nowrap' }}>
        {first && rest > 0 ? `${rest} more` : 'Endpoints'}
      </Anchor>
    </Group>
  )
}
