import type { Settings } from '#shared/model/field.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Draft } from '../forms/form-model.ts'

/** What was typed into a profile's form and not saved yet, with the settings it began from. Never a secret. */
export type Typed = { from: Settings; draft: Draft }

type DraftsState = {
  byProfile: Record<string, Typed>
  keep: (profileId: string, typed: Typed) => void
  drop: (profileId: string) => void
}

/** Holds what was typed while another profile or another screen is looked at. */
export function createDrafts(): StoreApi<DraftsState> {
  return createStore<DraftsState>(set => ({
    byProfile: {},
    keep: (profileId, typed) => set(now => ({ byProfile: { ...now.byProfile, [profileId]: typed } })),
    drop: profileId =>
      set(({ byProfile }) => {
        const { [profileId]: _dropped, ...others } = byProfile
        return { byProfile: others }
      })
  }))
}
