import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPhoneOutgoing } from '@tabler/icons-react'
import { useState } from 'react'
import type { SandboxDelivery } from '#shared/model/app.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'
import { SandboxDeliveries } from './sandbox-deliveries.tsx'

/** Makes the sandbox place a call, so that it posts to the addresses in its settings. Only what went wrong stays open. */
export function SandboxCall() {
  const client = useClient()
  const sandbox = useValue('sandboxes')?.find(({ accountId, calls }) => accountId !== null && calls)
  const calling = useAction()
  const [deliveries, setDeliveries] = useState<SandboxDelivery[]>()
  if (!sandbox) return null
  const call = async () => {
    const result = await calling.perform(() => client.sandbox.call({ provider: sandbox.provider }))
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
        {deliveries && <SandboxDeliveries deliveries={deliveries} />}
      </Modal>
    </>
  )
}
