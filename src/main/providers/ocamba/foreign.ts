// Ocamba Hood, integrations API v1: settings that an integration has there and that are in none of the seven forms.
// Source: the reference page "Update integration" ("parameters not provided will be left unchanged"), providers/ocamba.md §4, 2026-11.
// Not tested against the live service: whether a PATCH replaces the settings or merges them; what is sent is right for both.

import { Fault } from '#shared/faults.ts'
import { looksMasked, namesOfShape, type ShapeId } from './shapes.ts'
import type { WireIntegration, WireProvider, WireSettings } from './wire.ts'

/**
 * What has to go along with the settings so that nothing is lost where they are replaced: the rest of what is there, as it
 * was read. in: provider: as the integration or the account's list describes it. faults: unsupported, where such a setting
 * is there and its value is not shown: it can neither be sent nor be left out.
 */
export function foreignSettings(
  id: ShapeId,
  { settings }: WireIntegration,
  provider: Pick<WireProvider, 'settings'> | undefined
): WireSettings {
  const own = new Set(namesOfShape(id).all)
  const unshown = (provider?.settings ?? []).find(({ name, required }) => {
    return required === true && !own.has(name) && (settings[name] ?? '') === ''
  })
  if (unshown) throw hiddenFault(unshown.name)
  const foreign = Object.entries(settings).flatMap(([name, value]) =>
    own.has(name) || value === null ? [] : [[name, value] as const]
  )
  const masked = foreign.find(([, value]) => looksMasked(String(value)))
  if (masked) throw hiddenFault(masked[0])
  return Object.fromEntries(foreign)
}

function hiddenFault(name: string): Fault {
  return new Fault('unsupported', {
    message: `Ocamba keeps a setting “${name}” for this integration that is not known here, and does not show its value; it could be lost`,
    advice: 'Change the settings of this integration in Ocamba. Its name and status can be changed here.'
  })
}
