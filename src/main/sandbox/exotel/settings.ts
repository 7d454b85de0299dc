import { sandboxAccount } from './account.ts'
import { Refusal } from './envelope.ts'
import type { ExotelState } from './state.ts'
import type { Switches } from './switches.ts'

type Setting = ExotelState['settings'][number]

/** One setting as the API shows it, or all of them. in: key: null for all. */
export function readSettings(state: ExotelState, key: string | null, switches: Switches): unknown {
  if (key === null) return state.settings.map(shown)
  return shown(findSetting(state, key, switches))
}

/** Makes or replaces a setting. out: what was sent, as the API shows it. */
export function writeSetting(
  state: ExotelState,
  { Key, Value }: Setting,
  { upsert }: Pick<Switches, 'upsert'>
): unknown {
  const isKnown = state.settings.some(one => one.Key === Key)
  if (isKnown && !upsert) throw new Refusal(400, `Key ${Key} exists already`)
  putSetting(state, { Key, Value })
  state.changes[isKnown ? 'updated' : 'created'] += 1
  return shown({ Key, Value })
}

/** Puts the value there without counting it as a change that came through the API. */
export function putSetting(state: ExotelState, { Key, Value }: Setting): void {
  const known = state.settings.find(one => one.Key === Key)
  if (known) known.Value = Value
  else state.settings.push({ Key, Value })
}

export function deleteSetting(state: ExotelState, key: string, switches: Switches): void {
  const gone = findSetting(state, key, switches)
  state.settings = state.settings.filter(one => one !== gone)
  state.changes.deleted += 1
}

function findSetting(state: ExotelState, key: string, switches: Switches): Setting {
  const found = state.settings.find(one => one.Key === key)
  if (!found) throw new Refusal(switches.unknownKey, `Key ${key} was not found`)
  return found
}

function shown({ Key, Value }: Setting) {
  return { CustomerID: sandboxAccount.customerId, AppID: sandboxAccount.appId, Key, Value }
}
