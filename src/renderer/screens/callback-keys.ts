import { useEffect } from 'react'
import { outcomeOf } from '../api/client.ts'
import { routeOf } from '../state/route.ts'
import { useStores, type Stores } from '../state/stores.ts'
import { goOn, openDialog, openIdOf } from './callback-route.ts'
import { isTyping, leaderOf } from './shortcuts.ts'

/** What the keys do on the callbacks screen while no text is typed. */
export const callbackKeys = [
  { key: 'j', about: 'The next callback, an older one' },
  { key: 'k', about: 'The callback before it, a newer one' },
  { key: '/', about: 'Search the callbacks' },
  { key: 'f', about: 'Pause the list, or let it follow what comes in' },
  { key: 'p', about: 'Pin it, or unpin it' },
  { key: 'r', about: 'Send it again' },
  { key: 'c', about: 'Compare it with another one' },
  { key: 'n', about: 'Edit its tags and its note' },
  { key: 'e', about: 'Export it, or what is listed' }
] as const

type Key = (typeof callbackKeys)[number]['key']

/** Answers to the keys of the callbacks screen. What is open is read from the address: keys may come faster than the page is drawn. */
export function useCallbackKeys(): void {
  const stores = useStores()
  useEffect(() => {
    const isLed = leaderOf()
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isLed(event)) return
      if (document.querySelector('[role="dialog"]') !== null) return
      const key = keyOf(event)
      if (key === undefined) return
      event.preventDefault()
      act(stores, key, openIdOf(routeOf(window.location.hash)))
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [stores])
}

/** The arrow keys go through the rows while the keyboard is in the list. */
function keyOf(event: KeyboardEvent): Key | undefined {
  const isInList = event.target instanceof Element && event.target.closest('.pb-list') !== null
  if (isInList && event.key === 'ArrowDown') return 'j'
  if (isInList && event.key === 'ArrowUp') return 'k'
  return callbackKeys.find(known => known.key === event.key)?.key
}

function act(stores: Stores, key: Key, openId: number | undefined): void {
  if (key === 'j') return void step(stores, openId, 1)
  if (key === 'k') return void step(stores, openId, -1)
  if (key === '/') return focusSearch()
  if (key === 'f') return follow(stores)
  if (key === 'e') return openDialog('export')
  if (openId === undefined) return
  if (key === 'r') return openDialog('replay')
  if (key === 'n') return openDialog('note')
  if (key === 'c') return goOn({ query: { compare: String(openId) } })
  void pin(stores, openId)
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.select()
}

function follow({ callbacks }: Stores): void {
  const { still, standStill } = callbacks.getState()
  standStill('button', !still.includes('button'))
}

/** Opens the neighbour of what is open; at the end of what is here it reads on. */
async function step({ callbacks }: Stores, openId: number | undefined, by: 1 | -1): Promise<void> {
  const { items, hasOlder, loadOlder } = callbacks.getState()
  const at = items.findIndex(item => item.id === openId)
  const next = at === -1 ? items[0] : items[at + by]
  if (next) return goOn({ id: next.id })
  if (by === -1 || !hasOlder) return
  await loadOlder()
  const after = callbacks.getState().items.find(item => item.id < (openId ?? 0))
  if (after) goOn({ id: after.id })
}

async function pin({ callbacks, connection }: Stores, id: number): Promise<void> {
  const { opened, items, replace } = callbacks.getState()
  // What was drawn last may be another one still.
  const known = opened?.id === id ? opened : items.find(item => item.id === id)
  const outcome = await outcomeOf(connection.client.callbacks.note({ id, pinned: !known?.pinned }))
  if (outcome.ok) replace(outcome.value)
}
