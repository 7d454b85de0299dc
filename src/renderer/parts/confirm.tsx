import { Button, Group, Modal, Stack } from '@mantine/core'
import type { FaultReport } from '#shared/faults.ts'
import type { ReactNode } from 'react'
import { FaultAlert } from './fault-alert.tsx'

type Props = {
  opened: boolean
  title: string
  children: ReactNode
  /** The verb on the button. */
  verb: string
  isDangerous?: boolean
  busy?: boolean
  fault?: FaultReport
  onConfirm: () => void
  onClose: () => void
}

export function Confirm({ opened, title, children, verb, isDangerous, busy, fault, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack gap="md">
        <div>{children}</div>
        <FaultAlert fault={fault} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color={isDangerous ? 'red.8' : undefined} autoContrast={false} loading={busy} onClick={onConfirm}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
