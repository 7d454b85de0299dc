import { filterNames, filterQuery } from '../state/callbacks-filter.ts'
import { go, goTo, hrefOf, routeOf, type Route } from '../state/route.ts'

type Query = Record<string, string>

/** What can be asked for over the list or of what is open: a dialog, or a form of its own. */
type CallbackDialog = 'replay' | 'export' | 'import' | 'note'

/** The number of the callback that is open. */
export function openIdOf({ id }: Route): number | undefined {
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined
}

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

/** Changes the filter. What was typed letter by letter is no step on the way back. */
export function filterBy(change: Record<string, string | undefined>): void {
  const { id, query } = routeOf(window.location.hash)
  goTo(hrefOf('callbacks', id, { ...query, ...change }), false)
}

export function takeAllOff(): void {
  filterBy(Object.fromEntries(Object.keys(filterNames).map(name => [name, undefined])))
}

export function openDialog(dialog: CallbackDialog): void {
  goOn({ query: { do: dialog } })
}

export function closeDialog(): void {
  goOn({})
}
