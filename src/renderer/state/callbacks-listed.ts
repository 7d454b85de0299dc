import type { CallbackFilter } from '#shared/model/lab.ts'
import type { Client } from '../api/client.ts'

/** As many as one file may hold. */
export const mostExported = 10_000
const mostRead = 1_000

/** The numbers of all callbacks that a filter shows, newest first. */
export async function listedIds(client: Client, filter: CallbackFilter, most = mostExported): Promise<number[]> {
  const ids: number[] = []
  while (ids.length < most) {
    const limit = Math.min(mostRead, most - ids.length)
    // Each page begins where the one before it ended.
    const page = await client.callbacks.list({ ...filter, beforeId: ids.at(-1), limit })
    ids.push(...page.map(callback => callback.id))
    if (page.length < limit) break
  }
  return ids
}
