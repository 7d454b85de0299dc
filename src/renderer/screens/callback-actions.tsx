import { Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowsDiff, IconDownload, IconNote, IconPin, IconPinnedOff } from '@tabler/icons-react'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useRoute } from '../state/route.ts'
import { useClient, useStores } from '../state/stores.ts'
import { goOn, openDialog } from './callback-route.ts'

/** What can be done with a callback. */
export function CallbackActions({ detail }: { detail: CallbackDetail }) {
  const client = useClient()
  const stores = useStores()
  const { query } = useRoute()
  const pinning = useAction()
  const { id, pinned } = detail
  const isCompared = query['compare'] === String(id)
  const pin = async () => {
    const changed = await pinning.perform(() => client.callbacks.note({ id, pinned: !pinned }))
    if (changed) stores.callbacks.getState().replace(changed)
  }
  return (
    <>
      <Button size="xs" leftSection={<IconArrowBackUp size={15} aria-hidden />} onClick={() => openDialog('replay')}>
        Send again
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-pressed={isCompared}
        leftSection={<IconArrowsDiff size={15} aria-hidden />}
        onClick={() => goOn({ query: { compare: isCompared ? undefined : String(id) } })}
      >
        Compare
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={15} aria-hidden />}
        onClick={() => openDialog('export')}
      >
        Export
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconNote size={15} aria-hidden />}
        onClick={() => openDialog('note')}
      >
        Note
      </Button>
      <Tooltip label={pinned ? 'It may be cleared away again' : 'A pinned callback is never cleared away'}>
        <Button
          size="xs"
          variant="default"
          ml="auto"
          loading={pinning.busy}
          leftSection={pinned ? <IconPinnedOff size={15} aria-hidden /> : <IconPin size={15} aria-hidden />}
          onClick={() => void pin()}
        >
          {pinned ? 'Unpin' : 'Pin'}
        </Button>
      </Tooltip>
      <FaultAlert fault={pinning.fault} />
    </>
  )
}
