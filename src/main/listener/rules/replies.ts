import { Fault } from '#shared/faults.ts'
import type { CallbackSummary } from '#shared/model/callback.ts'
import type { Clock } from '../../base/clock.ts'
import type { Answer, Provider } from '../../providers/contract.ts'
import type { NewCallback, Store } from '../../store/store.ts'
import type { Reply } from '../edge/answer.ts'
import { createAnswering, createChance, type Choice, type Undecided } from './answering.ts'
import { createAnswerNotes, createLateAnswers, type LateAnswers } from './late.ts'
import { createPatterns } from './patterns.ts'
import { createRulebook } from './rulebook.ts'
import type { Sequence } from './sequence.ts'

/** What senders get: by rule, by sequence or by the provider's default. */
export type Replies = {
  /** Before the row is stored. faults: the store's. */
  choose: (callback: Undecided) => Promise<Choice>
  /** Once the row is durable: waits for what the choice waits for. Never fails for what the store or a stranger does. */
  settle: (id: number, callback: NewCallback, choice: Choice) => Promise<Reply>
  /** For the looker. */
  late: Pick<LateAnswers, 'looked' | 'wanted'>
}

export type RepliesDeps = {
  store: Pick<Store, 'rules' | 'callbacks' | 'together'>
  registry: { get(id: string): Provider }
  clock: Clock
  tell(summary: CallbackSummary): void
  onBug: (error: unknown) => void
  sequence: Sequence
  stopping: AbortSignal
  random?: () => number
}

const plainAnswer: Answer = { status: 200, headers: [], body: '' }

export function createReplies(deps: RepliesDeps): Replies {
  const { store, registry, clock, onBug } = deps
  const patterns = createPatterns(() => clock.now())
  const late = createLateAnswers(deps.stopping)
  const note = createAnswerNotes(store, onBug)
  const choose = createAnswering({
    rulebook: createRulebook({ store, patterns, onBug }),
    usual: ({ provider }) => (provider === null ? plainAnswer : registry.get(provider).callbacks.answer),
    chance: createChance(deps.random),
    sequence: deps.sequence
  })

  /** As it stands in the store: it may have been looked at meanwhile. */
  function tellAgain(id: number): void {
    try {
      const [summary] = store.callbacks.list({ beforeId: id + 1, limit: 1 })
      if (summary?.id === id) deps.tell(summary)
    } catch (error) {
      // Whoever watches must not keep the sender from its answer.
      if (!(error instanceof Fault)) onBug(error)
    }
  }

  return {
    choose,
    async settle(id, callback, choice) {
      const outcome = choice.needsLook
        ? await late.wait(id, looked => choice.finish(id, looked))
        : { ...(await choice.finish(id, null)), isNoted: false }
      const { row, reply } = outcome
      const isKnown = row.answerStatus === callback.answerStatus && row.ruleId === callback.ruleId
      if (!outcome.isNoted && !isKnown) {
        await note(id, row)
        tellAgain(id)
      }
      return reply
    },
    late
  }
}
