import { Button, Group } from '@mantine/core'
import type { Action } from '../state/action.ts'
import { FaultAlert } from './fault-alert.tsx'

type Props = { saving: Pick<Action, 'fault' | 'busy'>; onCancel: () => void }

/** The end of a small form: why it could not be saved, and its two buttons. */
export function SaveBar({ saving, onCancel }: Props) {
  return (
    <>
      <FaultAlert fault={saving.fault} />
      <Group gap="xs" justify="flex-end">
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="xs" type="submit" loading={saving.busy}>
          Save
        </Button>
      </Group>
    </>
  )
}
