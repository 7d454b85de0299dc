import { Fault } from '#shared/faults.ts'
import type { Rule } from '#shared/model/rule.ts'
import { newId } from '../base/ids.ts'
import { createPatterns } from '../listener/rules/patterns.ts'
import { readyRule } from '../listener/rules/rules.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

type Deps = Pick<MethodDeps, 'store' | 'bus' | 'clock'>

export function ruleMethods(methods: Methods, deps: MethodDeps) {
  const { store, bus } = deps
  return {
    rules: {
      list: methods.rules.list.handler(({ input }) => store.rules.list(input.endpointId)),
      add: methods.rules.add.handler(({ input }) => addRule(deps, input)),
      update: methods.rules.update.handler(({ input }) => updateRule(deps, input)),
      move: methods.rules.move.handler(({ input }) => moveRule(deps, input)),
      remove: methods.rules.remove.handler(({ input }) => {
        store.together(() => {
          const { id, endpointId } = ruleBy(deps, input.id)
          store.rules.remove(id)
          putInOrder(deps, siblings(deps, endpointId))
        })
        bus.tell('listener')
        return { done: true }
      })
    }
  }
}

/** Adds it after the others of its endpoint. faults: invalid-input, not-found (the endpoint). */
function addRule(deps: Deps, input: Omit<Rule, 'id' | 'position'>): Rule {
  const rule = deps.store.together(() => {
    const added = { ...input, id: newId('rul'), position: siblings(deps, input.endpointId).length }
    check(deps, added)
    deps.store.rules.add(added)
    return added
  })
  deps.bus.tell('listener')
  return rule
}

/** Changes what is given; in another endpoint it comes after the others there. faults: invalid-input, not-found. */
function updateRule(deps: Deps, { id, ...change }: Partial<Omit<Rule, 'position'>> & { id: string }): Rule {
  const rule = deps.store.together(() => {
    const before = ruleBy(deps, id)
    const changed = { ...before, ...givenOf(change) }
    const isElsewhere = changed.endpointId !== before.endpointId
    if (isElsewhere) changed.position = siblings(deps, changed.endpointId).length
    check(deps, changed)
    deps.store.rules.update(changed)
    if (isElsewhere) putInOrder(deps, siblings(deps, before.endpointId))
    return changed
  })
  deps.bus.tell('listener')
  return rule
}

/** out: the rules of its endpoint (or of every endpoint) in their order. faults: not-found, invalid-input. */
function moveRule(deps: Deps, { id, before }: { id: string; before: string | null }): Rule[] {
  const ordered = deps.store.together(() => {
    const rule = ruleBy(deps, id)
    const all = siblings(deps, rule.endpointId)
    if (before === id) return all
    const others = all.filter(each => each.id !== id)
    const at = before === null ? others.length : others.findIndex(each => each.id === before)
    if (at >= 0) return putInOrder(deps, others.toSpliced(at, 0, rule))
    throw new Fault('invalid-input', {
      message: `There is no rule ${before} beside it: rules are in order within their endpoint.`,
      field: 'before'
    })
  })
  deps.bus.tell('listener')
  return ordered
}

/** Positions are dense, from 0, within an endpoint and within those of every endpoint. */
function putInOrder({ store }: Deps, rules: Rule[]): Rule[] {
  const ordered = rules.map((rule, position) => ({ ...rule, position }))
  store.together(() => {
    for (const [at, rule] of ordered.entries()) if (rules[at]?.position !== at) store.rules.update(rule)
  })
  return ordered
}

function siblings({ store }: Deps, endpointId: string | null): Rule[] {
  return store.rules.list(endpointId ?? undefined).filter(rule => rule.endpointId === endpointId)
}

function ruleBy({ store }: Deps, id: string): Rule {
  const rule = store.rules.get(id)
  if (!rule) throw new Fault('not-found', { message: `There is no rule ${id}.`, field: 'id' })
  return rule
}

function check({ store, clock }: Deps, rule: Rule): void {
  if (rule.endpointId !== null && !store.endpoints.get(rule.endpointId))
    throw new Fault('not-found', { message: `There is no endpoint ${rule.endpointId}.`, field: 'endpointId' })
  readyRule(
    rule,
    createPatterns(() => clock.now())
  )
}

/** Without what was not given: `undefined` would replace what is there. */
function givenOf<T extends object>(change: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [Name in keyof T]: Exclude<T[Name], undefined> }
}
