import { useCallback, useState } from 'react'
import type { FaultReport } from '#shared/faults.ts'
import { outcomeOf } from '../api/client.ts'

export type Action = {
  busy: boolean
  fault: FaultReport | undefined
  /** Carries out a call; out: its value, or undefined where it failed and the fault is to be shown. */
  perform: <T>(call: () => Promise<T>) => Promise<T | undefined>
  clear: () => void
}

/** One thing a person can do on a screen: whether it is under way, and what went wrong with it. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultReport>()
  const perform = useCallback(async <T>(call: () => Promise<T>) => {
    setBusy(true)
    setFault(undefined)
    const outcome = await outcomeOf(call())
    setBusy(false)
    if (outcome.ok) return outcome.value
    setFault(outcome.fault)
    return undefined
  }, [])
  const clear = useCallback(() => setFault(undefined), [])
  return { busy, fault, perform, clear }
}
