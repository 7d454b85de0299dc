import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Attempt } from '#shared/model/attempt.ts'
import type { FaultReport } from '#shared/faults.ts'
import { isUnderWay } from '../state/attempts.ts'
import { createResource } from '../state/resource.ts'
import { useClient, useStores } from '../state/stores.ts'

export type Attempts = { attempts: Attempt[]; fault: FaultReport | undefined; reload: () => void }

/** While one is under way they are read again this often. */
const againMs = 1_000
/** It is sent on a little after it was looked at: it is looked for then. */
const settlingMs = [400, 1_500, 4_000]

/** The tries to send a callback on or again; followed for as long as one of them is under way. */
export function useAttempts(callbackId: number): Attempts {
  const client = useClient()
  const [store] = useState(() => createResource(() => client.attempts.list({ callbackId })))
  const { value: attempts = [], fault, reload } = useStore(store)
  const isLookedAt = useStore(useStores().callbacks, ({ opened }) => opened !== undefined && opened.verdict !== null)
  useEffect(() => {
    const timers = [0, ...(isLookedAt ? settlingMs : [])].map(ms => setTimeout(() => void reload(), ms))
    return () => timers.forEach(clearTimeout)
  }, [reload, isLookedAt])
  const isMoving = attempts.some(isUnderWay)
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => void reload(), againMs)
    return () => clearInterval(timer)
  }, [isMoving, reload])
  return { attempts, fault, reload: () => void reload() }
}
