import { Button, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Confirm } from '../parts/confirm.tsx'
import { useAction } from '../state/action.ts'
import { isFiltered } from '../state/callbacks-filter.ts'
import { go } from '../state/route.ts'
import { useClient, useStores } from '../state/stores.ts'

/** Removes all callbacks that were caught, once that is confirmed. */
export function ClearCallbacks() {
  const client = useClient()
  const stores = useStores()
  const isEmpty = useStore(stores.callbacks, ({ items, filter }) => items.length === 0 && !isFiltered(filter))
  const [isAsking, setAsking] = useState(false)
  const clearing = useAction()
  const clear = async () => {
    if (!(await clearing.perform(() => client.callbacks.clear()))) return
    setAsking(false)
    go('callbacks')
    void stores.callbacks.getState().reload()
    void stores.listener.getState().reload()
  }
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        disabled={isEmpty}
        onClick={() => setAsking(true)}
      >
        Clear
      </Button>
      <Confirm
        opened={isAsking}
        title="Clear all callbacks?"
        verb="Clear"
        isDangerous
        busy={clearing.busy}
        fault={clearing.fault}
        onConfirm={() => void clear()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          All callbacks that were caught are removed from this computer, also those that a filter hides; only pinned
          ones stay. This cannot be undone; the addresses stay and go on catching.
        </Text>
      </Confirm>
    </>
  )
}
