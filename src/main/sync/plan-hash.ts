import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Change } from '#shared/model/plan.ts'

/**
 * Names a set of changes: SHA-256 (hex) of their RFC 8785 canonical JSON, with the remote values that they rely on.
 * Titles, labels and the order of the changes and settings are not in it; secrets enter as version numbers.
 */
export function planHash(changes: Change[]): string {
  const text = canonicalize(changes.map(essence).sort((one, other) => (one.profileId < other.profileId ? -1 : 1)))
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex')
}

function essence({ accountId, profileId, kind, remoteId, action, settings, reliesOn }: Change) {
  const values = settings.map(({ setting, to }): [string, unknown] => [setting, to ?? null])
  values.sort(([one], [other]) => (one < other ? -1 : 1))
  // Pairs, not an object: a setting may have any name.
  return {
    accountId,
    profileId,
    kind,
    remoteId,
    action,
    settings: values,
    reliesOn: reliesOn && Object.entries(reliesOn).sort(byName)
  }
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}
