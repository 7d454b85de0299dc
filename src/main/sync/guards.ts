import { fieldsFor } from '#shared/fields.ts'
import type { FieldCard } from '#shared/model/field.ts'
import type { Change, Guard } from '#shared/model/plan.ts'
import type { Kind } from '../providers/contract.ts'
import { sentValues } from './absorb.ts'
import { valueAt, withValues } from './trees.ts'

/** Smaller accounts have no brake: there, a third is one or two profiles. */
const brakeFromProfiles = 10
const brakeAboveShare = 0.3

/** How many profiles exist at the provider, by account; what is only created here does not make the account larger. */
export type Sizes = ReadonlyMap<string, number>

/** One for each account of which more than 30 % of at least ten profiles would be changed or deleted. */
export function brakes(changes: Change[], sizes: Sizes): Guard[] {
  const accounts = [...new Set(changes.map(({ accountId }) => accountId))].sort()
  return accounts.flatMap(accountId => {
    const total = sizes.get(accountId) ?? 0
    const touched = changes.filter(change => change.accountId === accountId && change.action !== 'create').length
    if (total < brakeFromProfiles || touched <= total * brakeAboveShare) return []
    const message = `${touched} of the account's ${total} profiles would be changed or deleted.`
    return { code: 'brake' as const, accountId, profileId: null, message, confirm: `brake:${accountId}` }
  })
}

/** One for each delete: it is confirmed by itself. */
export function deletes(changes: Change[]): Guard[] {
  return changes
    .filter(({ action }) => action === 'delete')
    .map(({ accountId, profileId, title }) => ({
      code: 'delete',
      accountId,
      profileId,
      message: `“${title}” would be deleted at the provider.`,
      confirm: `delete:${profileId}`
    }))
}

/** What the provider cannot do or what cannot be sent for want of a secret, with the reason; nothing can lift it. */
export function cannot(change: Change, kind: Kind): Guard | undefined {
  const capability = kind.card[change.action === 'delete' ? 'remove' : change.action]
  const guard = { code: 'cannot' as const, accountId: change.accountId, profileId: change.profileId, confirm: null }
  if (capability.state === 'cannot') {
    const message = capability.reason ?? `The provider has no way to ${change.action} “${change.title}”.`
    return { ...guard, message }
  }
  const secret = lackingSecret(change, kind)
  if (!secret) return undefined
  const which = kind.isWhole ? 'this change' : 'every change'
  const message = `${secret.label} of “${change.title}” is not in the vault. It goes along with ${which}: enter it first.`
  return { ...guard, message }
}

/** Where the whole object is replaced, what must be in it and never comes back has to be known here. */
function lackingSecret({ action, reliesOn, settings }: Change, kind: Kind): FieldCard | undefined {
  if (action !== 'update' || kind.update !== 'replace') return undefined
  if (kind.isWhole?.(settings.map(({ setting }) => setting)) === false) return undefined
  const whole = withValues(reliesOn, sentValues({ settings }))
  return fieldsFor(kind.card.form, whole).find(
    card => card.secret && card.required && valueAt(whole, card.name) === undefined
  )
}
