import type { Clock } from '../../base/clock.ts'
import { createSimulator } from '../kit/simulator.ts'
import type { Simulator } from '../kit/simulator.ts'
import { createRateLimiter } from '../kit/switches.ts'
import { answerApi, idOf, routeName } from './api.ts'
import { ocambaControls, showOcamba } from './control.ts'
import { failure, Refusal } from './envelope.ts'
import { seedMemory, seedState, stateSchema } from './state.ts'
import { switchesSchema } from './switches.ts'

const windows = [
  { requests: 10, perMs: 1_000 },
  { requests: 150, perMs: 60_000 }
]

/** Ocamba's Hood API, as far as integrations need it, with one company and one key. in: no stateFile: in memory alone. */
export function createOcambaSimulator(options: { stateFile?: string | undefined; clock: Clock }): Simulator {
  const memory = seedMemory()
  const limiters = windows.map(limit => ({ limit, limiter: createRateLimiter() }))
  return createSimulator(
    {
      state: stateSchema,
      seed: seedState,
      switches: switchesSchema,
      routeName,
      show: showOcamba,
      controls: ocambaControls(memory),
      logKey: idOf,
      refuse: ({ status, message }, switches, headers) => failure(new Refusal(status, message), switches, headers),
      answer(request, { kept, switches, clock }) {
        const nowMs = clock.now()
        const waits = switches.paced ? limiters.map(one => one.limiter.refuse(one.limit, nowMs) ?? 0) : []
        if (Math.max(0, ...waits) > 0) {
          return failure(new Refusal(429, 'Too many requests.'), switches, { 'retry-after': '1' })
        }
        return answerApi(request, { kept, switches, memory, nowMs })
      }
    },
    options
  )
}
