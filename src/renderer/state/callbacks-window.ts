import type { CallbackSummary } from '#shared/model/callback.ts'

/** How many rows one read brings. */
export const pageSize = 200
/** How many rows the page holds at most; those further up or down are read again when they are scrolled to. */
export const windowSize = 1_000

/** Rows that were let go at the top: `count` of them, the newest just before `beforeId`. */
type Page = { beforeId: number; count: number }

/** The part of a long list that is held: newest first, with what was let go above it. */
export type ListWindow = { items: CallbackSummary[]; above: Page[]; hasOlder: boolean }

export const emptyWindow: ListWindow = { items: [], above: [], hasOlder: false }

/** How many rows are above the window. */
export function rowsAbove(above: Page[]): number {
  return above.reduce((sum, page) => sum + page.count, 0)
}

/**
 * Puts callbacks where they belong: in place of their earlier selves, else by their number, newest first. The later of two
 * with the same number wins.
 */
export function merged(items: CallbackSummary[], callbacks: CallbackSummary[]): CallbackSummary[] {
  const fresh = new Map(callbacks.map(callback => [callback.id, callback]))
  const kept = items.map(item => {
    const later = fresh.get(item.id)
    if (later) fresh.delete(item.id)
    return later ?? item
  })
  if (fresh.size === 0) return kept
  return [...fresh.values(), ...kept].sort((one, other) => other.id - one.id)
}

/** The window with what follows it. Rows that are too many go at the top. */
export function grownDown(window: ListWindow, older: CallbackSummary[]): ListWindow {
  const items = [...window.items, ...older]
  const cut = Math.max(0, Math.ceil((items.length - windowSize) / pageSize) * pageSize)
  const gone: Page[] = []
  for (let at = 0; at < cut; at += pageSize) {
    const first = items[at]
    if (first) gone.push({ beforeId: first.id + 1, count: pageSize })
  }
  return {
    items: items.slice(cut),
    above: [...window.above, ...gone],
    hasOlder: older.length === pageSize
  }
}

/** The window with the page above it. Rows that are too many go at the bottom. */
export function grownUp(window: ListWindow, newer: CallbackSummary[]): ListWindow {
  return cutBelow({ ...window, items: [...newer, ...window.items], above: window.above.slice(0, -1) })
}

/** Keeps the newest rows of a window that has become too long. */
export function cutBelow(window: ListWindow): ListWindow {
  if (window.items.length <= windowSize) return window
  return { ...window, items: window.items.slice(0, windowSize), hasOlder: true }
}

/** Which page holds the row with this index: how many pages stay above it, and the index of its first row. */
export function pageAt(above: Page[], index: number): { kept: number; page: Page } | undefined {
  let from = 0
  for (const [at, page] of above.entries()) {
    from += page.count
    if (index < from) return { kept: at, page }
  }
  return undefined
}
