import { createORPCClient } from '@orpc/client'
import type { Client } from '#shared/contract/index.ts'
import { openLink } from '../../src/renderer/api/link.ts'
import { runCallList } from './call-list.ts'

declare global {
  var runCallListHere: () => Promise<string>
}

/** For a page that the app shows: reaches the core as the page itself does, and runs the list of calls. */
globalThis.runCallListHere = async () => {
  const link = await openLink({ onLost: () => undefined })
  return JSON.stringify(await runCallList(createORPCClient<Client>(link)))
}
