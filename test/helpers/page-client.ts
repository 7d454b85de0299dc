import { createORPCClient } from '@orpc/client'
import type { Client } from '#shared/contract/index.ts'
import { openLink } from '../../src/renderer/api/link.ts'
import { runCallList } from './call-list.ts'

declare global {
  var runCallListHere: () => Promise<string>
  /** One call of the contract. out: its answer as JSON. */
  var callHere: (noun: keyof Client, verb: string, input: unknown) => Promise<string>
}

/** For a page that the app shows: reaches the core as the page itself does, and runs the list of calls. */
globalThis.runCallListHere = async () => {
  const link = await openLink({ onLost: () => undefined })
  return JSON.stringify(await runCallList(createORPCClient<Client>(link)))
}

globalThis.callHere = async (noun, verb, input) => {
  const link = await openLink({ onLost: () => undefined })
  const methods = createORPCClient<Client>(link)[noun] as Record<string, (input: unknown) => Promise<unknown>>
  return JSON.stringify(await methods[verb]?.(input))
}
