import { filterQuery } from '../state/callbacks-filter.ts'
import { go, hrefOf, routeOf } from '../state/route.ts'

type Query = Record<string, string>

/** What can be asked for over the list: a dialog of its own. */
export type CallbackDialog = 'replay' | 'export' | 'import'
export type CallbackPanel = 'rules' | 'targets' | 'settings'

/** What stays in the address when another callback is opened: the filter, and the one it is compared with. */
export function keptQuery(query: Query): Query {
  const { compare } = query
  return { ...filterQuery(query), ...(compare !== undefined && { compare }) }
}

export function callbackHref(id: number, query: Query): string {
  return hrefOf('callbacks', String(id), keptQuery(query))
}

/** Goes on from where the page is now: keys and buttons need not know the address. */
export function goOn(change: { id?: number | null; query?: Record<string, string | undefined> }): void {
  const { id, query } = routeOf(window.location.hash)
  const next = change.id === undefined ? id : change.id === null ? undefined : String(change.id)
  go('callbacks', next, { ...keptQuery(query), ...change.query })
}

export function openDialog(dialog: CallbackDialog): void {
  goOn({ query: { do: dialog } })
}

export function closeDialog(): void {
  goOn({})
}
