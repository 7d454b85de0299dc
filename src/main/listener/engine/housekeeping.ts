import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../store/store.ts'
import { createRetention } from './retention.ts'
import { readSettings } from '../settings.ts'
import type { WriteTurn } from './write-turn.ts'

export type Housekeeping = { stop(): void }

export type HousekeepingDeps = {
  store: Pick<Store, 'callbacks' | 'options' | 'upkeep'>
  clock: Clock
  /** Given where this connection is the one that copies the log into the file; what it writes, it writes in this turn. */
  logTurn?: WriteTurn
  onBug: (error: unknown) => void
}

/** A piece of work. out: whether there is more of it. Where there is none, it is looked for again after `everyMs`. */
type Step = { work: () => boolean; everyMs: number }

const soonMs = 200
const laterMs = 1_000
/** After each piece of work there is a pause that is this much longer: others get the disk and the write lock. */
const restShare = 4
const wordsAtOnce = 20
const logPages = 1_000
const longLogPages = 8_000
const fewPages = 200
const mostRounds = 4
const pagesAtOnce = 200

/**
 * What nobody should wait for, in small pieces with pauses: words of callbacks for the search, what is over the limits, the log, and
 * space that became free. It goes on from where it stood after a crash, because all of it is in the store.
 */
export function createHousekeeping({ store, clock, logTurn, onBug }: HousekeepingDeps): Housekeeping {
  const turn: WriteTurn = logTurn ?? (write => write())
  const retention = createRetention({
    ...store.callbacks,
    remove: ids => turn(() => store.callbacks.remove(ids))
  })
  const steps: Step[] = [
    { work: () => store.callbacks.index(wordsAtOnce, turn) > 0, everyMs: soonMs },
    { work: () => retention.step(readSettings(store.options), clock.now()), everyMs: laterMs },
    { work: () => giveBack(store.upkeep, turn), everyMs: laterMs }
  ]
  if (logTurn) steps.unshift({ work: () => copyLog(store.upkeep, logTurn), everyMs: soonMs })
  const dueAt = new Map<Step, number>()
  let timer = setTimeout(work, 0).unref()
  let isStopped = false

  /** One piece of each kind. out: whether any of them has more. */
  function round(): boolean {
    let isMore = false
    for (const step of steps) {
      if (performance.now() < (dueAt.get(step) ?? 0)) continue
      dueAt.set(step, performance.now() + step.everyMs)
      try {
        if (!step.work()) continue
        dueAt.delete(step)
        isMore = true
      } catch (error) {
        // A full disk or a busy database: another time.
        if (!(error instanceof Fault)) onBug(error)
      }
    }
    return isMore
  }

  function work(): void {
    const startedMs = performance.now()
    const isMore = round()
    const tookMs = performance.now() - startedMs
    if (!isStopped) timer = setTimeout(work, isMore ? tookMs * restShare : soonMs).unref()
  }

  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    }
  }
}

/**
 * Copies the log into the file before it grows long. Under a flood new pages come while others are copied, so that it would never begin
 * anew by itself: of a long one little is left after some rounds, and that is copied while writers wait.
 */
function copyLog(upkeep: Store['upkeep'], turn: WriteTurn): boolean {
  const waiting = ({ pages, copied } = upkeep.log()) => pages - copied
  if (waiting() < logPages) return false
  const isLong = upkeep.copyLog().pages > longLogPages
  if (!isLong) return false
  for (let round = 1; round < mostRounds && waiting() > fewPages; round += 1) upkeep.copyLog()
  turn(() => upkeep.restartLog())
  return false
}

/** Space that callbacks of tomorrow would use again is kept; of a large clearing most goes back to the disk. */
function giveBack(upkeep: Store['upkeep'], turn: WriteTurn): boolean {
  const { pages, free, givesBack } = upkeep.space()
  if (!givesBack || free < 2 * pagesAtOnce || free * 4 < pages) return false
  turn(() => upkeep.giveBack(pagesAtOnce))
  return true
}
