import type { PlainAnswer, Rule } from '#shared/model/rule.ts'
import type { Answer } from '../../providers/contract.ts'
import type { CallbackAnswer, NewCallback } from '../../store/store.ts'
import type { Reply } from '../edge/answer.ts'
import { partsOf, type Looked, type Parts } from './conditions.ts'
import type { Rulebook } from './rulebook.ts'
import { decide, type Chance, type ReadyRule } from './rules.ts'
import { nextAnswer, type Sequence } from './sequence.ts'
import { viewOf } from './templates.ts'

export type Undecided = Omit<NewCallback, 'answerStatus' | 'ruleId'>

/** What was decided before the row is stored. */
export type Choice = {
  /** What is stored with the row: the whole of it, unless it waits for the look. */
  row: CallbackAnswer
  needsLook: boolean
  /** To be called once the row is durable. */
  finish(id: number, looked: Looked): Promise<Outcome>
}

/** The reply, and what is to be known of it. */
export type Outcome = { row: CallbackAnswer; reply: Reply }

export type AnsweringDeps = {
  rulebook: Rulebook
  /** What the provider expects when no rule says otherwise. */
  usual(callback: Undecided): Answer
  chance: Chance
  sequence: Sequence
}

/** Chooses what a sender gets. faults: the store's. */
export function createAnswering(deps: AnsweringDeps): (callback: Undecided) => Promise<Choice> {
  return async callback => {
    const next = nextAnswer(deps.sequence)
    if (next) return settled({ row: { answerStatus: next.status, ruleId: null }, reply: plainReply(next) })
    const rules = deps.rulebook.of(callback.endpointId)
    const usual = deps.usual(callback)
    if (rules.length === 0) return settled(usualOutcome(usual, 0))
    const parts = partsOf(callback)
    const decision = await decide(rules, parts, deps.chance)
    const known = { parts, usual, receivedMs: callback.receivedMs }
    if ('waitsAt' in decision) return waiting(rules, decision.waitsAt, known)
    return chosen(decision.rule, known)
  }

  function waiting(rules: readonly ReadyRule[], from: number, known: Known): Choice {
    return {
      row: undecided,
      needsLook: true,
      async finish(id, looked) {
        const decision = await decide(rules, known.parts, deps.chance, { looked, from })
        if ('waitsAt' in decision) throw new Error('a rule waits for a look that was there')
        return outcomeOf(decision.rule, known, id, looked)
      }
    }
  }
}

/** A callback as far as its reply needs it. */
type Known = { parts: Parts; usual: Answer; receivedMs: number }

const undecided: CallbackAnswer = { answerStatus: 0, ruleId: null }

function settled(outcome: Outcome): Choice {
  return { row: outcome.row, needsLook: false, finish: () => Promise.resolve(outcome) }
}

function chosen(ready: ReadyRule | null, known: Known): Choice {
  if (!ready?.template) return settled(outcomeWithout(ready, known))
  const { needsLook } = ready.template
  return {
    row: { answerStatus: statusOf(ready.rule, known.usual), ruleId: ready.rule.id },
    needsLook,
    finish: (id, looked) => Promise.resolve(outcomeOf(ready, known, id, looked))
  }
}

function outcomeOf(ready: ReadyRule | null, known: Known, id: number, looked: Looked): Outcome {
  const outcome = outcomeWithout(ready, known)
  if (!ready?.template) return outcome
  try {
    const body = ready.template.render(viewOf({ id, receivedMs: known.receivedMs }, known.parts, looked))
    return { ...outcome, reply: { ...outcome.reply, body } }
  } catch {
    // What the error says may quote the callback; which rule it was is enough to find it.
    return unfilled(ready.rule, outcome.reply.delayMs)
  }
}

function outcomeWithout(ready: ReadyRule | null, { usual }: Known): Outcome {
  if (!ready) return usualOutcome(usual, 0)
  const { id, answer } = ready.rule
  const row = { answerStatus: statusOf(ready.rule, usual), ruleId: id }
  if (answer.type === 'provider') return { ...usualOutcome(usual, answer.delayMs), row }
  const { status, body, delayMs } = answer
  if (answer.type === 'respond') return { row, reply: { status, headers: answer.headers, body, delayMs, fault: null } }
  return { row, reply: { status, headers: plainText, body, delayMs, fault: answer.fault } }
}

/** 0: a fault that sends no status. */
function statusOf({ answer }: Rule, usual: Answer): number {
  if (answer.type === 'provider') return usual.status
  if (answer.type === 'fault' && (answer.fault === 'reset' || answer.fault === 'hang')) return 0
  return answer.status
}

function usualOutcome(usual: Answer, delayMs: number): Outcome {
  return { row: { answerStatus: usual.status, ruleId: null }, reply: { ...usual, delayMs, fault: null } }
}

const plainText: Reply['headers'] = [['Content-Type', 'text/plain; charset=utf-8']]

function plainReply({ status, body }: PlainAnswer): Reply {
  return { status, headers: body === '' ? [] : plainText, body, delayMs: 0, fault: null }
}

function unfilled(rule: Rule, delayMs: number): Outcome {
  const body = `Plugboard could not fill in the template of the rule ${JSON.stringify(rule.label)}.\n`
  return {
    row: { answerStatus: 500, ruleId: rule.id },
    reply: { status: 500, headers: plainText, body, delayMs, fault: null }
  }
}

/** Counts from when the listener was started; whoever hands in another `random` can tell what comes. */
export function createChance(random: () => number = Math.random): Chance {
  const counts = new Map<string, number>()
  return {
    count(ruleId) {
      const now = (counts.get(ruleId) ?? 0) + 1
      counts.set(ruleId, now)
      return now
    },
    random
  }
}
