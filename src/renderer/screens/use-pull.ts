import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { FaultReport } from '#shared/faults.ts'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

/** Reads the providers; what an account failed with is shown, the others go on. */
export function usePull() {
  const client = useClient()
  const stores = useStores()
  const action = useAction()
  const [failed, setFailed] = useState<{ accountId: string; fault: FaultReport }>()

  const pull = async (accountId?: string) => {
    setFailed(undefined)
    const results = await action.perform(() => client.profiles.pull({ accountId }))
    void stores.profiles.getState().reload()
    void stores.accounts.getState().reload()
    if (!results) return
    setFailed(results.flatMap(({ accountId: of, fault }) => (fault ? { accountId: of, fault } : []))[0])
    const read = results.filter(result => result.fault === null)
    if (read.length === 0) return
    const seen = read.reduce((sum, result) => sum + result.seen, 0)
    notifications.show({ message: `${counted(seen, 'profile')} read.`, color: 'enamel' })
  }
  const clear = () => {
    action.clear()
    setFailed(undefined)
  }
  return { busy: action.busy, fault: action.fault ?? failed?.fault, failedAccountId: failed?.accountId, pull, clear }
}
