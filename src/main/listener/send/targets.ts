import { Fault } from '#shared/faults.ts'
import type { Target } from '#shared/model/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import { newId } from '../../base/ids.ts'
import type { Store } from '../../store/store.ts'
import { loopFault, targetGone } from './forwarder.ts'
import { checkTargetUrl } from './target-url.ts'

export type TargetDeps = {
  store: Pick<Store, 'targets' | 'attempts' | 'endpoints' | 'together'>
  clock: Clock
  /** Whether what is sent there comes back to the listener itself. */
  leadsHere: (address: string) => boolean
}

/** Adds a place to send an endpoint's callbacks on to. faults: not-found (the endpoint), invalid-input. */
export function addTarget(deps: TargetDeps, input: { endpointId: string; url: string; label?: string }): Target {
  const { store } = deps
  if (!store.endpoints.get(input.endpointId))
    throw new Fault('not-found', { message: `There is no endpoint ${input.endpointId}.`, field: 'endpointId' })
  const url = checkedUrl(deps, input.url)
  const { endpointId, label } = input
  const target = { id: newId('tar'), endpointId, url, label: labelOf(label, url), enabled: true }
  store.targets.add(target)
  return target
}

/** Changes what is given. What waits for one that is switched off is not sent any more. faults: not-found, invalid-input. */
export function updateTarget(
  deps: TargetDeps,
  { id, ...change }: { id: string; url?: string; label?: string; enabled?: boolean }
): Target {
  const { store, clock } = deps
  return store.together(() => {
    const target = targetBy(deps, id)
    const url = change.url === undefined ? target.url : checkedUrl(deps, change.url)
    const label = labelOf(change.label ?? target.label, url)
    const next = { ...target, url, label, enabled: change.enabled ?? target.enabled }
    store.targets.update(next)
    const fault = targetGone('switched off').report()
    if (target.enabled && !next.enabled) store.attempts.giveUp({ targetId: id, fault, nowMs: clock.now() })
    return next
  })
}

/** What was sent to it stays in the lists; what waits for it is not sent any more. faults: not-found. */
export function removeTarget(deps: TargetDeps, id: string): void {
  const { store, clock } = deps
  store.together(() => {
    targetBy(deps, id)
    store.attempts.giveUp({ targetId: id, fault: targetGone().report(), nowMs: clock.now() })
    store.targets.remove(id)
  })
}

function targetBy({ store }: TargetDeps, id: string): Target {
  const target = store.targets.get(id)
  if (!target) throw new Fault('not-found', { message: `There is no target ${id}.` })
  return target
}

function checkedUrl({ leadsHere }: TargetDeps, text: string): string {
  const url = checkTargetUrl(text, 'url')
  if (leadsHere(url)) throw loopFault('url')
  return url
}

function labelOf(label: string | undefined, url: string): string {
  const text = label?.trim() ?? ''
  return (text === '' ? new URL(url).host : text).slice(0, 80)
}
