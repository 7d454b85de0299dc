import { Fault } from '#shared/faults.ts'
import { inOneGo, isInFlight, recordOf, saveEdit } from './edits.ts'
import type { EditDeps } from './edits.ts'
import { titleOf } from './profile-view.ts'

/**
 * Stops managing a profile that was adopted by its name: its trees go, with the edits that were not sent, and the history
 * says so. Nothing is done at the provider, and it can be adopted again. Its secrets are left to nobody, for the sweep.
 * faults: not-found, unsupported (a kind that is listed), outcome-unknown.
 */
export function release(deps: EditDeps, id: string): void {
  inOneGo(deps, () => {
    const record = recordOf(deps.store, id)
    const kind = deps.kindOf(record)
    const title = titleOf(record, kind)
    if (kind.card.listing !== 'by-name') {
      throw new Fault('unsupported', {
        message: `“${title}” cannot be let go: the provider lists it, and the next pull would take it over again.`,
        advice:
          'Remove the account to stop managing all of it, or leave the profile as it is: without edits nothing is sent.'
      })
    }
    // The record is needed to recognise what came of the request.
    if (isInFlight(deps.store, id)) {
      throw new Fault('outcome-unknown', {
        message: `It is not known yet what became of a change of “${title}”. Pull to find out, then let it go.`
      })
    }
    saveEdit(deps, { before: record, after: undefined, what: 'local-released' })
  })
}
