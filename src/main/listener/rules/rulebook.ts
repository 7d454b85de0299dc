import { Fault } from '#shared/faults.ts'
import type { Rule } from '#shared/model/rule.ts'
import type { Store } from '../../store/store.ts'
import type { Patterns } from './patterns.ts'
import { readyRule, type ReadyRule } from './rules.ts'

/** The rules as they stand now, ready to be asked. */
export type Rulebook = {
  /** An endpoint's own in their order, then those of every endpoint. faults: the store's. */
  of(endpointId: string | null): readonly ReadyRule[]
}

type RulebookDeps = {
  store: Pick<Store, 'rules'>
  patterns: Patterns
  onBug: (error: unknown) => void
}

/** Reads the rules again only after somebody has written them; one that did not change stays ready. */
export function createRulebook({ store, patterns, onBug }: RulebookDeps): Rulebook {
  let version: number | undefined
  let known = new Map<string, { text: string; ready: ReadyRule | null }>()
  let own = new Map<string, ReadyRule[]>()
  let general: ReadyRule[] = []

  function prepare(rule: Rule): ReadyRule | null {
    try {
      return readyRule(rule, patterns)
    } catch (error) {
      // One that another version took and this one does not: it decides nothing, and the others stand.
      if (!(error instanceof Fault)) onBug(error)
      return null
    }
  }

  function read(): void {
    const before = known
    known = new Map()
    own = new Map()
    general = []
    for (const rule of store.rules.list()) {
      const text = JSON.stringify(rule)
      const same = before.get(rule.id)
      const entry = same?.text === text ? same : { text, ready: prepare(rule) }
      known.set(rule.id, entry)
      if (!entry.ready) continue
      if (rule.endpointId === null) general.push(entry.ready)
      else own.set(rule.endpointId, [...(own.get(rule.endpointId) ?? []), entry.ready])
    }
  }

  return {
    of(endpointId) {
      const now = store.rules.version()
      if (now !== version) read()
      version = now
      const first = endpointId === null ? undefined : own.get(endpointId)
      return first ? [...first, ...general] : general
    }
  }
}
