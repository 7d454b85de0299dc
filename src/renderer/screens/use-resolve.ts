import type { SettingValue } from '#shared/model/field.ts'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

/** Decides a conflict or a change there: one setting, or with `setting` null the whole profile. */
export function useResolve(profileId: string) {
  const client = useClient()
  const stores = useStores()
  const { busy, fault, perform } = useAction()
  const resolve = async (setting: string | null, use: 'local' | 'remote' | { value: SettingValue }) => {
    const done = await perform(() => client.conflicts.resolve({ profileId, setting, use }))
    await stores.profiles.getState().reload()
    return done !== undefined
  }
  return { busy, fault, resolve }
}
