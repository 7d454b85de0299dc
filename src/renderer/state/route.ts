import { useSyncExternalStore } from 'react'

export const screens = ['accounts', 'profiles', 'plan', 'callbacks', 'history', 'settings'] as const
export type Screen = (typeof screens)[number]

export function screenName(screen: Screen): string {
  return `${screen.charAt(0).toUpperCase()}${screen.slice(1)}`
}

/** Where the page is: a screen, what is open on it, and what it is filtered by. */
export type Route = { screen: Screen; id?: string; query: Record<string, string> }

export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const [name, id] = path.split('/', 2)
  const screen = screens.find(known => known === name) ?? 'profiles'
  return { screen, ...(id && { id: decodeURIComponent(id) }), query: Object.fromEntries(new URLSearchParams(query)) }
}

export function hrefOf(screen: Screen, id?: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const search = given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''
  return `#/${screen}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search}`
}

export function go(screen: Screen, id?: string, query?: Record<string, string | undefined>): void {
  goTo(hrefOf(screen, id, query))
}

/**
 * Changes the address, and what is drawn by it at once: the browser tells of it only later, and until then an input whose
 * value stands in the address would show its old one. `isStep` false: the way back leads past it.
 */
export function goTo(href: string, isStep = true): void {
  if (isStep) window.location.hash = href
  else window.history.replaceState(null, '', href)
  window.dispatchEvent(new Event('hashchange'))
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    changed => {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
    () => window.location.hash
  )
  return routeOf(hash)
}
