import { ActionIcon, Text, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Confirm } from '../parts/confirm.tsx'
import { useAction } from '../state/action.ts'

type Props = {
  name: string
  /** The question, with the name of what is removed. */
  title: string
  /** What goes with it, and what stays. */
  about: string
  remove: () => Promise<unknown>
  onRemoved: () => void
}

/** Removes one thing of a list, once that is confirmed. */
export function RemoveButton({ name, title, about, remove, onRemoved }: Props) {
  const [isAsking, setAsking] = useState(false)
  const removing = useAction()
  const confirm = async () => {
    if (!(await removing.perform(remove))) return
    setAsking(false)
    onRemoved()
  }
  return (
    <>
      <Tooltip label={`Remove ${name}`}>
        <ActionIcon size="sm" aria-label={`Remove ${name}`} onClick={() => setAsking(true)}>
          <IconTrash size={15} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Confirm
        opened={isAsking}
        title={title}
        verb="Remove"
        isDangerous
        busy={removing.busy}
        fault={removing.fault}
        onConfirm={() => void confirm()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">{about}</Text>
      </Confirm>
    </>
  )
}
