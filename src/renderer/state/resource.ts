import type { FaultReport } from '#shared/faults.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf } from '../api/client.ts'

/** Something the core has, as last read. `value` is undefined until the first read came back. */
export type Resource<T> = {
  value: T | undefined
  fault: FaultReport | undefined
  /** Reads again. While a read is under way further ones are gathered into one. */
  reload: () => Promise<void>
}

export function createResource<T>(read: () => Promise<T>): StoreApi<Resource<T>> {
  return createStore<Resource<T>>(set => {
    let underWay: Promise<void> | undefined
    let next: Promise<void> | undefined

    const readOnce = async () => {
      const outcome = await outcomeOf(read())
      set(outcome.ok ? { value: outcome.value, fault: undefined } : { fault: outcome.fault })
    }
    const start = () => {
      underWay = readOnce().finally(() => (underWay = undefined))
      return underWay
    }
    return {
      value: undefined,
      fault: undefined,
      reload() {
        if (!underWay) return start()
        next ??= underWay.then(() => {
          next = undefined
          return start()
        })
        return next
      }
    }
  })
}
