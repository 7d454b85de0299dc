import { createHash } from 'node:crypto'
import type { Change } from '#shared/model/plan.ts'

/**
 * Names a set of changes: SHA-256 (hex) of their RFC 8785 canonical JSON, with the remote values that they rely on.
 * Titles, labels and the order of the changes and settings are not in it; secrets enter as version numbers.
 */
export function planHash(changes: Change[]): string {
  const hash = createHash('sha256')
  for (const _ of hashSteps(hash, changes)) continue
  return hash.digest('hex')
}

/** Adds one change after the other, so that the hash of a large plan need not be made at one go. */
export function* hashSteps(hash: { update(text: string): unknown }, changes: Change[]): Generator<undefined, void> {
  const inOrder = changes.toSorted((one, other) => (one.profileId < other.profileId ? -1 : 1))
  yield
  let before = '['
  for (const change of inOrder) {
    hash.update(before + canonicalOf(change))
    before = ','
    yield
  }
  hash.update(before === '[' ? '[]' : ']')
}

/**
 * RFC 8785 by construction, which is faster than by a search: the names stand here in their order, settings are pairs in
 * an array (a setting may have any name), and strings and numbers are written by `JSON.stringify` as the RFC wants them.
 */
export function canonicalOf({ accountId, action, kind, profileId, reliesOn, remoteId, settings }: Change): string {
  const sent = settings.map(({ setting, to }): [string, unknown] => [setting, to ?? null]).sort(byName)
  const relied =
    reliesOn &&
    Object.keys(reliesOn)
      .sort()
      .map((name): [string, unknown] => [name, reliesOn[name]])
  return JSON.stringify({ accountId, action, kind, profileId, reliesOn: relied, remoteId, settings: sent })
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}
