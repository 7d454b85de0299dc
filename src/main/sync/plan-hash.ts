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

/** Far fewer calls into the hash, and never the whole of a large plan in one text. */
const chunkLength = 65_536

/** Adds one change after the other, so that the hash of a large plan need not be made at one go. */
export function* hashSteps(hash: { update(text: string): unknown }, changes: Change[]): Generator<undefined, void> {
  const inOrder = changes.toSorted((one, other) => (one.profileId < other.profileId ? -1 : 1))
  yield
  const namesInOrder = rememberedOrder()
  let text = '['
  for (const [nth, change] of inOrder.entries()) {
    text += (nth === 0 ? '' : ',') + canonicalOf(change, namesInOrder)
    if (text.length > chunkLength) {
      hash.update(text)
      text = ''
    }
    yield
  }
  hash.update(`${text}]`)
}

/**
 * RFC 8785 by construction, which is faster than by a search: the names stand here in their order, settings are pairs in
 * an array (a setting may have any name), and strings and numbers are written by `JSON.stringify` as the RFC wants them.
 */
export function canonicalOf(change: Change, namesInOrder = sortedNames): string {
  const { accountId, action, kind, profileId, reliesOn, remoteId, settings } = change
  const sent = settings.map(({ setting, to }): [string, unknown] => [setting, to ?? null]).sort(byName)
  const relied = reliesOn && namesInOrder(reliesOn).map((name): [string, unknown] => [name, reliesOn[name]])
  return JSON.stringify({ accountId, action, kind, profileId, reliesOn: relied, remoteId, settings: sent })
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}

function sortedNames(tree: object): string[] {
  return Object.keys(tree).sort()
}

/** Sorts the names again only where they are others than those of the tree before: most profiles of a kind have the same ones. */
function rememberedOrder(): (tree: object) => string[] {
  let known: string[] = []
  let order: string[] = []
  return tree => {
    const names = Object.keys(tree)
    if (names.length !== known.length || names.some((name, at) => name !== known[at])) {
      known = names
      order = names.toSorted()
    }
    return order
  }
}
