import type { Condition, Rule, RuleAnswer } from '#shared/model/rule.ts'

/** A rule as it is typed: what has no id yet is new. */
export type RuleDraft = Omit<Rule, 'id' | 'position'> & { id?: string }

export const emptyCondition: Condition = { of: 'method', name: '', is: 'equals', value: 'POST' }

export function newRule(endpointId: string | null): RuleDraft {
  return {
    endpointId,
    label: '',
    enabled: true,
    conditions: [],
    everyNth: null,
    percent: null,
    answer: { type: 'respond', status: 503, headers: [], body: '', template: false, delayMs: 0 },
    forwards: 'usual'
  }
}

/** The rules that decide for an endpoint, in their order: its own first, then those of every endpoint. */
export function rulesFor(rules: Rule[], endpointId: string | null): { own: Rule[]; shared: Rule[] } {
  const inOrder = [...rules].sort((one, other) => one.position - other.position)
  const of = (id: string | null) => inOrder.filter(rule => rule.endpointId === id)
  return endpointId === null ? { own: of(null), shared: [] } : { own: of(endpointId), shared: of(null) }
}

/** What `rules.move` is told to bring a rule one place up or down; undefined: it is at the end already. */
export function moveOrder(own: Rule[], id: string, step: 1 | -1): { id: string; before: string | null } | undefined {
  const at = own.findIndex(rule => rule.id === id)
  if (at === -1 || !own[at + step]) return undefined
  return { id, before: (step === -1 ? own[at - 1] : own[at + 2])?.id ?? null }
}

/** What `rules.move` is told to put a rule in the place of another one; undefined: it stays where it is. */
export function dropOrder(own: Rule[], id: string, onId: string): { id: string; before: string | null } | undefined {
  const from = own.findIndex(rule => rule.id === id)
  const to = own.findIndex(rule => rule.id === onId)
  if (from === -1 || to === -1 || from === to) return undefined
  return { id, before: (from < to ? own[to + 1]?.id : onId) ?? null }
}

/** An answer of another type that keeps what both have. */
export function answerAs(type: RuleAnswer['type'], before: RuleAnswer): RuleAnswer {
  const { delayMs } = before
  const status = 'status' in before ? before.status : 200
  if (type === 'provider') return { type, delayMs }
  if (type === 'respond') {
    const body = before.type === 'respond' ? before.body : ''
    return { type, status, headers: [], body, template: false, delayMs }
  }
  return { type, fault: 'reset', status, body: 'Plugboard breaks off here on purpose.', delayMs }
}

export type RuleProblems = { label?: string; conditions: Record<number, string> }

/** What keeps a rule from being saved, beside the inputs that it belongs to. */
export function problemsOfRule(draft: RuleDraft): RuleProblems | undefined {
  const conditions: Record<number, string> = {}
  for (const [at, condition] of draft.conditions.entries()) {
    const problem = problemOfCondition(condition)
    if (problem) conditions[at] = problem
  }
  const label = draft.label.trim() === '' ? 'Give the rule a name.' : undefined
  if (label === undefined && Object.keys(conditions).length === 0) return undefined
  return { ...(label && { label }), conditions }
}

export const namedParts: readonly Condition['of'][] = ['query', 'header', 'json', 'field']

function problemOfCondition({ of, name, is, value }: Condition): string | undefined {
  if (namedParts.includes(of) && name.trim() === '') return 'Say which one.'
  if (is !== 'matches') return undefined
  if (value === '') return 'Write the expression.'
  return isExpression(value) ? undefined : 'This is no regular expression.'
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text).source !== ''
  } catch {
    return false
  }
}
