import type { AppEvent } from '#shared/model/app.ts'
import { perFrame } from './frames.ts'
import { gather } from './gather.ts'
import type { Stores } from './stores.ts'

const everything = [
  'info',
  'vaults',
  'providers',
  'sandboxes',
  'accounts',
  'profiles',
  'schedules',
  'runs',
  'history',
  'gone',
  'listener',
  'endpoints',
  'rules',
  'targets',
  'listenerSettings',
  'listenerHttps'
] as const
type Readable = (typeof everything)[number]

/** What is read again when something of a topic changed. */
const readAgain: Record<AppEvent['topic'], readonly Readable[]> = {
  accounts: ['accounts', 'endpoints', 'sandboxes', 'schedules', 'gone'],
  profiles: ['profiles', 'history', 'gone', 'accounts', 'schedules'],
  runs: ['runs', 'profiles', 'history', 'gone', 'schedules'],
  callbacks: ['listener'],
  listener: ['listener', 'endpoints', 'rules', 'targets', 'listenerSettings', 'listenerHttps'],
  vault: ['vaults', 'info', 'accounts'],
  sandbox: ['accounts', 'sandboxes'],
  schedules: ['schedules']
}

/** Reads everything and follows both streams, now and after every reconnect. Returns what stops it. */
export function keepFresh(stores: Stores): () => void {
  const { status, client } = stores.connection
  let stop = new AbortController()

  const begin = () => {
    stop.abort()
    stop = new AbortController()
    const { signal } = stop
    const tell = gather<AppEvent>(50, events => {
      for (const name of new Set(events.flatMap(event => readAgain[event.topic]))) void stores[name].getState().reload()
    })
    const take = perFrame(stores.callbacks.getState().take)
    void follow(signal, () => client.app.watch(undefined, { signal }), tell)
    void follow(signal, () => client.callbacks.watch(undefined, { signal }), take)
    for (const name of everything) void stores[name].getState().reload()
    void stores.callbacks.getState().reload()
  }

  if (status.getState().state === 'open') begin()
  const unsubscribe = status.subscribe((now, before) => {
    if (now.opened !== before.opened) begin()
  })
  return () => {
    unsubscribe()
    stop.abort()
  }
}

/** A stream that broke without the link breaking is opened again after a second; one that was stopped is not. */
async function follow<T>(signal: AbortSignal, open: () => Promise<AsyncIterable<T>>, take: (event: T) => void) {
  while (!signal.aborted) {
    try {
      for await (const event of await open()) take(event)
    } catch (error) {
      if (!signal.aborted) console.warn('A stream ended and is opened again', error)
    }
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
}
