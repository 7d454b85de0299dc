import type { Client } from '#shared/contract/index.ts'
import type { Attempt, Target } from '#shared/model/attempt.ts'
import type { EndpointView } from '#shared/model/callback.ts'
import type { Io } from '../io.ts'
import { timeText } from '../table.ts'

/** What a target of this kind is called; whatever a killed `listen` left behind is known by it. */
const passing = 'for the time of "listen"'

/**
 * Makes the URLs targets of the endpoints until it is ended, and prints every attempt that ends meanwhile. A target that the
 * person has for that already is left as it is. out: ends it; to be called before the core is closed.
 */
export async function forwardWhile(
  client: Client,
  io: Io,
  { endpoints, urls }: { endpoints: EndpointView[]; urls: string[] }
): Promise<() => Promise<void>> {
  const abort = new AbortController()
  const told = await client.app.watch(undefined, { signal: abort.signal })
  const print = printer(client, io)
  const added: Target[] = []
  const removeAll = async () => {
    for (const { id } of added.splice(0)) await client.targets.remove({ id })
  }
  try {
    for (const left of await client.targets.list({}))
      if (left.label === passing) await client.targets.remove({ id: left.id })
    for (const { id: endpointId } of endpoints)
      for (const url of urls) added.push(await client.targets.add({ endpointId, url, label: passing }))
    await removeDoubles(client, added)
  } catch (error) {
    await removeAll()
    throw error
  }
  const printing = (async () => {
    try {
      for await (const { topic } of told) if (topic === 'callbacks') await print()
    } catch (error) {
      if (!abort.signal.aborted) throw error
    }
  })()
  return async () => {
    abort.abort()
    await printing
    await removeAll()
    await print()
  }
}

/** Of what leads to the same address as a target that the person has. */
async function removeDoubles(client: Client, added: Target[]): Promise<void> {
  const own = (await client.targets.list({})).filter(each => each.enabled && each.label !== passing)
  const doubles = added.filter(each => own.some(one => one.endpointId === each.endpointId && one.url === each.url))
  for (const double of doubles) {
    added.splice(added.indexOf(double), 1)
    await client.targets.remove({ id: double.id })
  }
}

/** Prints what has ended since the last time. */
function printer(client: Client, io: Io): () => Promise<void> {
  let sinceMs = Date.now()
  let printed = new Set<string>()
  return async () => {
    const all = await client.attempts.ended({ sinceMs, limit: 1_000 })
    for (const attempt of all.filter(each => !printed.has(each.id))) io.event({ attempt }, attemptText(attempt))
    const lastMs = all.at(-1)?.finishedMs ?? sinceMs
    const last = all.filter(each => each.finishedMs === lastMs).map(each => each.id)
    printed = new Set(lastMs === sinceMs ? [...printed, ...last] : last)
    sinceMs = lastMs
  }
}

/** One line. */
export function attemptText(attempt: Attempt): string {
  const which = attempt.number > 1 ? ` (try ${attempt.number})` : ''
  const when = timeText(attempt.finishedMs ?? attempt.dueMs)
  return `${when}  #${attempt.callbackId} → ${attempt.url}${which}  ${endText(attempt)}`
}

/** What came of it. */
export function endText({ state, status, fault, startedMs, finishedMs }: Attempt): string {
  const took = startedMs === null || finishedMs === null ? '' : ` in ${finishedMs - startedMs} ms`
  if (status !== null) return `answered ${status}${took}`
  if (fault !== null) return fault.message
  return state === 'unknown' ? 'it is not known whether it arrived' : state
}
