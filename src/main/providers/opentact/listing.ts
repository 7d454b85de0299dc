// OpenTACT, REST API (`/rest`): lists, whole or not at all.
// Source: OpenTACT's pages on searches (`skip`, `take`, `total`) and on the numbers of an account (a bare array), as summed up in providers/opentact.md §5, 2026-11.
// Not tested against the live service: which of the two forms the list of messaging profiles has, and whether it takes `skip`.

import { Fault } from '#shared/faults.ts'
import type { Requests, ReadCall } from './session.ts'

type Item = { uuid: string }
type Listed<T> = { payload: T[] | { total: number; data: T[] } }

/** The largest page that searches allow. */
const pageSize = 100

/**
 * Reads a list to its end. A bare array is the whole list; of pages as many are read as the total asks for. faults: protocol
 * (fewer came than there are, or one came twice), those of the reads.
 */
export async function readAll<T extends Item>(requests: Requests, call: ReadCall<Listed<T>>): Promise<T[]> {
  const first = await requests.read(call)
  if (Array.isArray(first.payload)) return distinct(first.payload)
  const all = [...first.payload.data]
  let { total } = first.payload
  while (all.length < total) {
    const query = { skip: String(all.length), take: String(pageSize) }
    const { payload } = await requests.read({ ...call, query })
    const page = Array.isArray(payload) ? { total, data: payload } : payload
    if (page.data.length === 0) {
      throw new Fault('protocol', { message: `OpenTACT listed ${all.length} of ${total} and then no more` })
    }
    all.push(...page.data)
    total = page.total
  }
  return distinct(all)
}

function distinct<T extends Item>(all: T[]): T[] {
  if (new Set(all.map(one => one.uuid)).size === all.length) return all
  throw new Fault('protocol', { message: 'OpenTACT listed one thing more than once' })
}
