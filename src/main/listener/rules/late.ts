import { Fault } from '#shared/faults.ts'
import type { CallbackAnswer, Store } from '../../store/store.ts'
import type { Outcome } from './answering.ts'
import type { Looked } from './conditions.ts'

/** Answers that wait for the look at their callback. */
export type LateAnswers = {
  /** in: id: of a row that is durable. Waits for its look, for a bounded time, and finishes with what it said. */
  wait(id: number, finish: (looked: Looked) => Promise<Outcome>): Promise<Outcome & { isNoted: boolean }>
  /** For the looker: finishes with a look that is about to be written. out: undefined where nobody waits. */
  looked(id: number, looked: Looked): Promise<LateAnswer | undefined>
  /** The rows that somebody waits for, longest first: they are looked at before all others. */
  wanted(): number[]
}

export type LateAnswer = {
  /** To be written together with the look; undefined where the sender's patience ended meanwhile. */
  row(): CallbackAnswer | undefined
  /** To be called when that is durable. */
  give(): void
}

/** Senders wait for seconds only, and a vault may be asking somebody. */
const patienceMs = 2_000

export function createLateAnswers(stopping: AbortSignal, limitMs = patienceMs): LateAnswers {
  type Waiting = {
    finish(looked: Looked): Promise<Outcome>
    resolve(outcome: Outcome): void
    reject(error: unknown): void
  }
  const waiting = new Map<number, Waiting>()

  return {
    wait(id, finish) {
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          end()
          finish(null).then(outcome => resolve({ ...outcome, isNoted: false }), reject)
        }
        const end = () => {
          clearTimeout(timer)
          stopping.removeEventListener('abort', giveUp)
          waiting.delete(id)
        }
        const timer = setTimeout(giveUp, stopping.aborted ? 0 : limitMs)
        stopping.addEventListener('abort', giveUp)
        waiting.set(id, {
          finish,
          resolve(outcome) {
            end()
            resolve({ ...outcome, isNoted: true })
          },
          reject(error) {
            end()
            reject(error)
          }
        })
      })
    },
    wanted: () => [...waiting.keys()],
    async looked(id, looked) {
      const entry = waiting.get(id)
      if (!entry) return undefined
      const outcome = await entry.finish(looked).catch((error: unknown) => entry.reject(error))
      if (!outcome) return undefined
      return {
        row: () => (waiting.get(id) === entry ? outcome.row : undefined),
        give() {
          if (waiting.get(id) === entry) entry.resolve(outcome)
        }
      }
    }
  }
}

/** Notes what senders got, all of one turn of the event loop in one transaction. */
export function createAnswerNotes(
  store: Pick<Store, 'callbacks' | 'together'>,
  onBug: (error: unknown) => void
): (id: number, row: CallbackAnswer) => Promise<void> {
  let waiting: { id: number; row: CallbackAnswer }[] = []
  let working: Promise<void> | null = null

  async function work(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    const notes = waiting
    waiting = []
    working = null
    try {
      store.together(() => notes.forEach(({ id, row }) => store.callbacks.answered(id, row)))
    } catch (error) {
      // The callback itself is durable, and its sender waits: a full disk must not turn the answer into a failure.
      if (!(error instanceof Fault)) onBug(error)
    }
  }

  return (id, row) => {
    waiting.push({ id, row })
    return (working ??= work())
  }
}
