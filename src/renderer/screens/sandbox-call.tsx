import { Button, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPhoneOutgoing } from '@tabler/icons-react'
import { useState } from 'react'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { isSandbox } from '../state/lookups.ts'
import { useClient, useValue } from '../state/stores.ts'

/** The only sandbox that can place a call. */
const calls = 'exotel'

type Delivery = { url: string; status: number | null; error?: string }

/** Makes the sandbox place a call, so that it posts to the addresses in its settings. Only what went wrong stays open. */
export function SandboxCall() {
  const client = useClient()
  const account = useValue('accounts')?.find(known => known.provider === calls && isSandbox(known))
  const calling = useAction()
  const [deliveries, setDeliveries] = useState<Delivery[]>()
  if (!account) return null
  const call = async () => {
    const result = await calling.perform(() => client.sandbox.call({ provider: account.provider }))
    if (!result) return
    const isDelivered = result.deliveries.length > 0 && result.deliveries.every(({ status }) => status !== null)
    if (!isDelivered) return setDeliveries(result.deliveries)
    const message = `It posted to ${counted(result.deliveries.length, 'address', 'addresses')}; all answered.`
    notifications.show({ title: 'The sandbox placed a call', message, color: 'enamel' })
  }
  const close = () => {
    setDeliveries(undefined)
    calling.clear()
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPhoneOutgoing size={16} aria-hidden />}
        loading={calling.busy}
        onClick={() => void call()}
      >
        Let the sandbox place a call
      </Button>
      <Modal
        opened={deliveries !== undefined || calling.fault !== undefined}
        onClose={close}
        title="The sandbox placed a call"
      >
        <FaultAlert fault={calling.fault} />
        {deliveries && <Deliveries deliveries={deliveries} />}
      </Modal>
    </>
  )
}

function Deliveries({ deliveries }: { deliveries: Delivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Text size="sm">
        It had nowhere to post to. Set an address in one of its profiles, for example with “Use listener address”, and
        apply the plan.
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      <Text size="sm">It posted to the addresses in its settings:</Text>
      {deliveries.map(({ url, status, error }, index) => (
        // Two settings may name the same address.
        <div key={index}>
          <div className="pb-mono pb-break">{url}</div>
          <Text size="xs" c="dimmed">
            {status === null ? `Not delivered: ${error ?? 'no answer'}` : `Answered with ${status}`}
          </Text>
        </div>
      ))}
    </Stack>
  )
}
