import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { useStores } from '../state/stores.ts'

/** Stands over everything while the page has no link to the core. */
export function ConnectionBar() {
  const { connection } = useStores()
  const { state, failures } = useStore(connection.status)
  if (state !== 'lost') return null
  return (
    <div className="pb-bar" role="alert">
      <IconPlugConnectedX size={17} aria-hidden />
      <span>
        Connection lost, retrying.
        {failures > 2 && ' If Plugboard was started again, open the address that it printed.'}
      </span>
      <Button size="compact-xs" variant="default" onClick={() => connection.retry()}>
        Retry now
      </Button>
    </div>
  )
}
